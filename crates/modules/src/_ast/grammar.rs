//! 3.8's abstract grammar as a table, from which everything else here is generated.

/// The grammar, given to the macro `$use`: for each sum the Rust enum of its constructors, for each product the Rust struct. Fields
/// have the same names on both sides.
macro_rules! grammar {
    ($use:ident) => {
        $use! {
            sums {
                "mod" Mod {
                    Module { body, type_ignores }
                    Interactive { body }
                    Expression { body }
                    FunctionType { argtypes, returns }
                    Suite { body }
                }
                "stmt" StmtKind {
                    FunctionDef(FunctionDef) { name, args, body, decorator_list, returns, type_comment }
                    AsyncFunctionDef(FunctionDef) { name, args, body, decorator_list, returns, type_comment }
                    ClassDef { name, bases, keywords, body, decorator_list }
                    Return { value }
                    Delete { targets }
                    Assign { targets, value, type_comment }
                    AugAssign { target, op, value }
                    AnnAssign { target, annotation, value, simple }
                    For(For) { target, iter, body, orelse, type_comment }
                    AsyncFor(For) { target, iter, body, orelse, type_comment }
                    While { test, body, orelse }
                    If { test, body, orelse }
                    With(With) { items, body, type_comment }
                    AsyncWith(With) { items, body, type_comment }
                    Raise { exc, cause }
                    Try { body, handlers, orelse, finalbody }
                    Assert { test, msg }
                    Import { names }
                    ImportFrom { module, names, level }
                    Global { names }
                    Nonlocal { names }
                    Expr { value }
                    Pass {}
                    Break {}
                    Continue {}
                }
                "expr" ExprKind {
                    BoolOp { op, values }
                    NamedExpr { target, value }
                    BinOp { left, op, right }
                    UnaryOp { op, operand }
                    Lambda { args, body }
                    IfExp { test, body, orelse }
                    Dict { keys, values }
                    Set { elts }
                    ListComp { elt, generators }
                    SetComp { elt, generators }
                    DictComp { key, value, generators }
                    GeneratorExp { elt, generators }
                    Await { value }
                    Yield { value }
                    YieldFrom { value }
                    Compare { left, ops, comparators }
                    Call { func, args, keywords }
                    FormattedValue { value, conversion, format_spec }
                    JoinedStr { values }
                    Constant { value, kind }
                    Attribute { value, attr, ctx }
                    Subscript { value, slice, ctx }
                    Starred { value, ctx }
                    Name { id, ctx }
                    List { elts, ctx }
                    Tuple { elts, ctx }
                }
                "expr_context" ExprContext {
                    Load {}
                    Store {}
                    Del {}
                    AugLoad {}
                    AugStore {}
                    Param {}
                }
                "slice" Slice {
                    Slice { lower, upper, step }
                    ExtSlice { dims }
                    Index { value }
                }
                "boolop" BoolOp {
                    And {}
                    Or {}
                }
                "operator" Operator {
                    Add {}
                    Sub {}
                    Mult {}
                    MatMult {}
                    Div {}
                    Mod {}
                    Pow {}
                    LShift {}
                    RShift {}
                    BitOr {}
                    BitXor {}
                    BitAnd {}
                    FloorDiv {}
                }
                "unaryop" UnaryOp {
                    Invert {}
                    Not {}
                    UAdd {}
                    USub {}
                }
                "cmpop" CmpOp {
                    Eq {}
                    NotEq {}
                    Lt {}
                    LtE {}
                    Gt {}
                    GtE {}
                    Is {}
                    IsNot {}
                    In {}
                    NotIn {}
                }
            }
            products {
                comprehension Comprehension { target, iter, ifs, is_async }
                arguments Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults }
                keyword Keyword { arg, value }
                alias Alias { name, asname }
                withitem WithItem { context_expr, optional_vars }
            }
            // A product with a place in the source.
            placed { arg Arg { arg, annotation, type_comment } }
            // Their Rust structs stand for the only constructor of a sum.
            single {
                "excepthandler" ExceptHandler { type, name, body }
                "type_ignore" TypeIgnore { lineno, tag }
            }
        }
    };
}

pub(super) use grammar;
