//! What patterns bind.

use syn::{Member, Pat};

use super::body::Body;
use crate::index::{
    form::Form,
    types::{Type, plain},
};

impl Body<'_> {
    /// Binds the names of a pattern that a value is matched with.
    pub(super) fn bind(&mut self, pattern: &Pat, form: Form) {
        match pattern {
            Pat::Ident(ident) => {
                let name = plain(&ident.ident);
                if let Some((_, inner)) = &ident.subpat {
                    self.bind(inner, form.clone());
                }
                // A constant or a variant otherwise.
                if !name.starts_with(char::is_uppercase) {
                    self.bound.push((name, form));
                }
            }
            Pat::Type(typed) => {
                let ty = Type::of_syn(&typed.ty, self.owner.as_ref());
                self.bind(&typed.pat, annotated(ty, form));
            }
            Pat::TupleStruct(variant) => {
                let name = variant.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
                for (index, inner) in variant.elems.iter().enumerate() {
                    self.bind(inner, form.clone().payload(&name, index));
                }
            }
            Pat::Tuple(tuple) => {
                for (index, inner) in tuple.elems.iter().enumerate() {
                    self.bind(inner, form.clone().part(index));
                }
            }
            Pat::Struct(fields) => {
                let ty = Type::of_path(&fields.path, self.owner.as_ref());
                for field in &fields.fields {
                    let name = match &field.member {
                        Member::Named(ident) => plain(ident),
                        Member::Unnamed(index) => index.index.to_string(),
                    };
                    let of = if form == Form::Unknown { Form::known(ty.clone()) } else { form.clone() };
                    self.bind(&field.pat, of.field(&name));
                }
            }
            Pat::Slice(slice) => slice.elems.iter().for_each(|inner| self.bind(inner, form.clone().element())),
            Pat::Reference(inner) => self.bind(&inner.pat, form),
            Pat::Paren(inner) => self.bind(&inner.pat, form),
            Pat::Or(cases) => {
                if let Some(first) = cases.cases.first() {
                    self.bind(first, form);
                }
            }
            _ => {}
        }
    }

    pub(super) fn bind_local(&mut self, local: &syn::Local) {
        let form = local.init.as_ref().map_or(Form::Unknown, |init| self.form(&init.expr));
        self.bind(&local.pat, form);
    }
}

/// The annotation decides, unless it leaves the type open.
fn annotated(ty: Type, form: Form) -> Form {
    match form {
        form if ty.is_unknown() => form,
        Form::Method { of, name, turbofish: None, result } if ty.arguments.iter().any(Type::is_unknown) => {
            Form::Method { of, name, turbofish: Some(ty), result }
        }
        _ => Form::known(ty),
    }
}
