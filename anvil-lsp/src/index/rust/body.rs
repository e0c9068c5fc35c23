//! Walks through a file with the variables that are bound at each place, and collects what it says.

use syn::{
    Expr, Item,
    visit::{self, Visit},
};

use super::{Implementation, RustFile, TypeKind, items::is_test, source::Source};
use crate::index::{
    form::Form,
    types::{Type, plain},
};

/// See the module.
pub(super) struct Body<'t> {
    pub(super) source: Source<'t>,
    pub(super) file: RustFile,
    /// Variables, the innermost last.
    pub(super) bound: Vec<(String, Form)>,
    /// The type of the `impl` block or trait.
    pub(super) owner: Option<Type>,
    pub(super) function: Option<String>,
    /// What groups of routes around the place add to paths and names.
    pub(super) groups: Vec<(String, String)>,
    pub(super) is_test: bool,
}

impl<'t> Body<'t> {
    pub(super) fn new(source: Source<'t>) -> Self {
        Self {
            source,
            file: RustFile::default(),
            bound: Vec::new(),
            owner: None,
            function: None,
            groups: Vec::new(),
            is_test: false,
        }
    }

    pub(super) fn items(&mut self, items: &[Item]) {
        items.iter().for_each(|item| self.visit_item(item));
    }

    pub(super) fn finish(self) -> RustFile {
        self.file
    }

    /// Forgets what `work` binds.
    pub(super) fn scoped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.bound.len();
        let done = work(self);
        self.bound.truncate(mark);
        done
    }

    /// Within a function, which sees none of the variables around it.
    fn function_body(&mut self, signature: &syn::Signature, block: Option<&syn::Block>) {
        let bound = std::mem::take(&mut self.bound);
        let groups = std::mem::take(&mut self.groups);
        let function = self.function.replace(plain(&signature.ident));
        for input in &signature.inputs {
            match input {
                syn::FnArg::Receiver(_) => {
                    let own = self.owner.clone().map_or(Form::Unknown, Form::Known);
                    self.bound.push(("self".to_owned(), own));
                }
                syn::FnArg::Typed(typed) => {
                    let ty = Type::of_syn(&typed.ty, self.owner.as_ref());
                    self.bind(&typed.pat, Form::known(ty));
                }
            }
        }
        if let Some(block) = block {
            self.visit_block(block);
        }
        (self.bound, self.groups, self.function) = (bound, groups, function);
    }

    fn with_owner(&mut self, owner: Option<Type>, work: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.owner, owner);
        work(self);
        self.owner = before;
    }
}

impl<'ast> Visit<'ast> for Body<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let before = self.is_test;
        self.is_test |= is_test(&item.attrs);
        visit::visit_item_mod(self, item);
        self.is_test = before;
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.define_struct(item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.define_enum(item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        let target = Type::of_syn(&item.ty, self.owner.as_ref());
        self.define(TypeKind::Alias, &item.ident, &item.attrs, &item.generics).target = Some(target);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.define(TypeKind::Trait, &item.ident, &item.attrs, &item.generics);
        let owner = Type::named(&plain(&item.ident));
        self.with_owner(Some(owner), |body| visit::visit_item_trait(body, item));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let owner = Type::of_syn(&item.self_ty, None);
        if let Some((_, of_trait, _)) = &item.trait_
            && let Some(segment) = of_trait.segments.last()
        {
            let of_trait = plain(&segment.ident);
            self.file.implementations.push(Implementation { of_trait, owner: owner.name.clone() });
        }
        self.with_owner(Some(owner), |body| visit::visit_item_impl(body, item));
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.with_owner(None, |body| body.constant(&item.ident, &item.ty, &item.attrs));
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.with_owner(None, |body| body.constant(&item.ident, &item.ty, &item.attrs));
        visit::visit_item_static(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.constant(&item.ident, &item.ty, &item.attrs);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let whole = self.source.span_of(item);
        self.with_owner(None, |body| {
            body.function(&item.attrs, Some(&item.vis), &item.sig, whole);
            body.function_body(&item.sig, Some(&item.block));
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let whole = self.source.span_of(item);
        self.function(&item.attrs, Some(&item.vis), &item.sig, whole);
        self.function_body(&item.sig, Some(&item.block));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        let whole = self.source.span_of(item);
        self.function(&item.attrs, None, &item.sig, whole);
        self.function_body(&item.sig, item.default.as_ref());
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.scoped(|body| visit::visit_block(body, block));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverges)) = &init.diverge {
                self.visit_expr(diverges);
            }
        }
        self.bind_local(local);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.scoped(|body| {
            closure.inputs.iter().for_each(|input| body.bind(input, Form::Unknown));
            body.visit_expr(&closure.body);
        });
    }

    fn visit_expr_for_loop(&mut self, item: &'ast syn::ExprForLoop) {
        self.visit_expr(&item.expr);
        let element = self.form(&item.expr).element();
        self.scoped(|body| {
            body.bind(&item.pat, element);
            body.visit_block(&item.body);
        });
    }

    fn visit_expr_if(&mut self, item: &'ast syn::ExprIf) {
        self.scoped(|body| {
            body.visit_expr(&item.cond);
            body.visit_block(&item.then_branch);
        });
        if let Some((_, otherwise)) = &item.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, item: &'ast syn::ExprWhile) {
        self.scoped(|body| {
            body.visit_expr(&item.cond);
            body.visit_block(&item.body);
        });
    }

    /// Binds for what follows, within the `if` or `while` around it.
    fn visit_expr_let(&mut self, item: &'ast syn::ExprLet) {
        self.visit_expr(&item.expr);
        let form = self.form(&item.expr);
        self.bind(&item.pat, form);
    }

    fn visit_expr_match(&mut self, item: &'ast syn::ExprMatch) {
        self.visit_expr(&item.expr);
        let form = self.form(&item.expr);
        for arm in &item.arms {
            self.scoped(|body| {
                body.bind(&arm.pat, form.clone());
                if let Some((_, guard)) = &arm.guard {
                    body.visit_expr(guard);
                }
                body.visit_expr(&arm.body);
            });
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        self.named_call(call);
        self.mounted_call(call);
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if self.registration(call) {
            return;
        }
        self.named_method(call);
        self.visit_expr(&call.receiver);
        for argument in &call.args {
            match argument {
                Expr::Closure(closure) => self.closure_of(call, closure),
                other => self.visit_expr(other),
            }
        }
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.macro_call(item);
    }
}

impl Body<'_> {
    /// A closure that a method calls with what its receiver holds.
    fn closure_of(&mut self, call: &syn::ExprMethodCall, closure: &syn::ExprClosure) {
        let given = self.given_to_closure(call, closure);
        self.scoped(|body| {
            closure.inputs.iter().for_each(|input| body.bind(input, given.clone()));
            body.visit_expr(&closure.body);
        });
    }
}
