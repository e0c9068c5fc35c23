//! Engine.
mod code;
mod compare;
mod eval;
mod fault;
mod format;
mod host;
mod iter;
mod methods;
mod number;
mod prepare;
mod types;
mod value;
mod vm;

/// Evaluates one expression.
pub fn evaluate(expression: &str) -> Result<String, String> {
    let source = format!("{{{{ {expression} }}}}");
    let template = forge_codegen::parse(&source, &forge_codegen::Options::default());
    let analysis = forge_codegen::analyse("t", &template, &forge_codegen::Options::default());
    if let Some(problem) = analysis.problems.first() { return Err(format!("{problem:?}")); }
    let Some(forge_codegen::ir::Op { kind: forge_codegen::ir::OpKind::Echo { value, .. }, .. }) = analysis.program.body.first() else { return Err("no echo".into()) };
    let mut preparer = prepare::Preparer::new(&source);
    let node = preparer.expr(value);
    let mut vm = vm::Vm::new(host::Host(std::marker::PhantomData));
    let frame = vm.enter(preparer.slots());
    let value = vm.eval(&node);
    vm.leave(frame);
    let mut out = String::new();
    let shown = value.and_then(|v| format::display(&mut out, &v));
    shown.map(|()| out).map_err(|f| format!("{:?}", f.reason))
}
