//! What most files of an app use: `use anvilforge::prelude::*;`.

pub use anvil_core::layout::{Layout, Opaque};
pub use anvil_core::{
    Cache, Config, Container, ContainerBuilder, Db, Error, Form, Inject, Json, Next, OrAbort, Query, Result,
    ResultContext, RouteSink, Urls, abort, abort_if, abort_unless,
};
pub use anvil_derive::{Component, Layout, View, view};
pub use askama::Template;
pub use axum::extract::{Path, Request, State};
pub use axum::http::StatusCode;
pub use axum::response::{Html, IntoResponse, Redirect, Response};
pub use forge::View;
pub use serde::{Deserialize, Serialize};
