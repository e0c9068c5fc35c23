//! Forge templates, read and understood: text in; trees, what they mean, problems and Rust out. No evaluation; files are the business
//! of [`build`] alone.
//!
//! A Forge template (`*.forge.html`) is Blade with Rust expressions. [`parse`](fn@parse) reads one and never fails: any text has a
//! tree, every byte of the text is in exactly one of its [leaves](Template::leaves), and what is wrong is a list of
//! [`Problem`]s with stable [`Code`]s. Time and memory are linear in the text. The directives are the rows of one
//! table, [`Entry::ALL`]; a project's own come through [`Options`].
//!
//! [`analyse`](fn@analyse) turns a tree into a [`Program`](ir::Program), which both engines run; it never fails either. A [`Set`] holds the
//! templates of a project, and knows what is wrong between them and which variables a view needs.
//!
//! Where Blade and Forge differ in syntax:
//! - An expression is Rust's: its strings, comments and brackets decide where it ends. A name in single quotes is a string
//!   too, as in `@section('title')`; [`literal`] gives its text. `{{`, `{!!` and `</` cannot stand in an expression
//!   outside of its strings.
//! - A directive that takes no arguments leaves a parenthesis behind it as text.
//! - A loop's head is `post in posts`, or Blade's `posts as post`, `posts as (key, post)`, `posts as key => post`.
//! - `@php` is `@rust`.
//! - A block is closed by its own end: `@auth … @endif` is a problem.
//! - Text that does not end (`{{--`, `@verbatim`, `@rust`) is a problem, and what follows is read as template.
//! - In a component tag, any directive without a body may stand among the attributes, and quotes within an echo or
//!   within the brackets of an expression do not end a value. There is no space between `<` and `x-`.
//! - Misspelt directives are problems; other unknown names are text, as are the at-rules of style sheets, mail addresses
//!   and the attributes of Alpine.
#![forbid(unsafe_code)]

mod analyse;
pub mod build;
pub mod expr;
pub mod expr_walk;
mod expression;
mod fault;
mod find;
pub mod fragments;
mod free_loop;
pub mod ir;
mod leaves;
mod limits;
mod line;
mod literal;
mod names;
mod options;
mod parse_expr;
mod parser;
mod problem;
mod problems;
mod reader;
pub mod rust;
mod rust_lexer;
mod set;
mod span;
mod spelling;
mod table;
mod template;
pub mod tree;
mod variables;
mod word;

pub use analyse::{Analysis, FILTERS, analyse};
pub use build::{Builder, compile};
pub use leaves::{Leaf, LeafKind};
pub use limits::{NESTING_MAX, PROBLEMS_MAX, SOURCE_BYTES_MAX};
pub use line::{LineIndex, Position};
pub use literal::literal;
pub use names::{bare_value, component_candidates, dotted, snake, view_candidates, view_name};
pub use options::{CustomId, Options, StructComponent, StructProp};
pub use parser::parse;
pub use problem::{Code, Problem};
pub use rust_lexer::{Lexeme, lex};
pub use set::{Elsewhere, Finding, Set, Variable};
pub use span::Span;
pub use table::{Block, Entry, Kind, Shape, Takes, When};
pub use template::Template;
