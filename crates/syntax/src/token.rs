//! Tokens: what kinds there are and where one stands.

/// The kind of a token. Keywords are kinds of their own, so that the parser never compares text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[rustfmt::skip]
#[repr(u8)]
pub enum Tok {
    EndMarker, Name, Number, String, Newline, Indent, Dedent, TypeComment,
    // Operators and delimiters
    LPar, RPar, LSqb, RSqb, LBrace, RBrace, Colon, Comma, Semi, Dot, Ellipsis, At, Equal, RArrow, ColonEqual,
    Plus, Minus, Star, Slash, VBar, Amper, Less, Greater, Percent, Tilde, Circumflex,
    EqEqual, NotEqual, LessEqual, GreaterEqual, LeftShift, RightShift, DoubleStar, DoubleSlash,
    PlusEqual, MinusEqual, StarEqual, SlashEqual, PercentEqual, AmperEqual, VBarEqual, CircumflexEqual,
    LeftShiftEqual, RightShiftEqual, DoubleStarEqual, DoubleSlashEqual, AtEqual,
    /// A character that begins no token.
    Unknown,
    // Keywords
    False, None, True, And, As, Assert, Async, Await, Break, Class, Continue, Def, Del, Elif, Else, Except, Finally, For,
    From, Global, If, Import, In, Is, Lambda, Nonlocal, Not, Or, Pass, Raise, Return, Try, While, With, Yield,
}

/// A token: its kind, its bytes in the source, and the line and column of both ends.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Tok,
    pub start: usize,
    pub end: usize,
    pub lineno: i32,
    /// In bytes from the start of the line; -1 for a token without text.
    pub col: i32,
    pub end_lineno: i32,
    pub end_col: i32,
}

/// The keyword that `name` is, or `Tok::Name`.
pub(crate) fn keyword(name: &[u8]) -> Tok {
    match name {
        b"if" => Tok::If,
        b"in" => Tok::In,
        b"is" => Tok::Is,
        b"or" => Tok::Or,
        b"as" => Tok::As,
        b"def" => Tok::Def,
        b"not" => Tok::Not,
        b"for" => Tok::For,
        b"and" => Tok::And,
        b"try" => Tok::Try,
        b"del" => Tok::Del,
        b"None" => Tok::None,
        b"True" => Tok::True,
        b"else" => Tok::Else,
        b"elif" => Tok::Elif,
        b"from" => Tok::From,
        b"with" => Tok::With,
        b"pass" => Tok::Pass,
        b"False" => Tok::False,
        b"class" => Tok::Class,
        b"raise" => Tok::Raise,
        b"while" => Tok::While,
        b"yield" => Tok::Yield,
        b"break" => Tok::Break,
        b"async" => Tok::Async,
        b"await" => Tok::Await,
        b"return" => Tok::Return,
        b"import" => Tok::Import,
        b"except" => Tok::Except,
        b"assert" => Tok::Assert,
        b"lambda" => Tok::Lambda,
        b"global" => Tok::Global,
        b"finally" => Tok::Finally,
        b"continue" => Tok::Continue,
        b"nonlocal" => Tok::Nonlocal,
        _ => Tok::Name,
    }
}
