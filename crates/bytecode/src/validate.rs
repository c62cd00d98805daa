//! Checks of trees that a program made: what the parser would never give is refused before it is compiled.
