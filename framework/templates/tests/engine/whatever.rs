//! Whatever a template says, the interpreter ends with a page or an error.

use super::render;
use proptest::prelude::*;

const DATA: &str = r#"{"a": 5, "b": -3, "c": "text ä", "d": [1, 2, 3], "e": {"f": [["x", 1]], "g": null}, "h": 1.5, "i": true, "j": null}"#;

/// Pieces that expressions are made of, whether they fit or not, one a line.
const PIECES: &str = r#"a
b
c
d
e
e.f
e.g
h
i
j
0
1
-1
255u8
1.5
'x'
"ä"
9223372036854775807i64
+
-
*
/
%
<<
>>
&
|
&&
||
==
<
!
(
)
[
]
..
..=
,
.len()
.iter()
.map(|x| x)
.map(|x| x + 1)
.rev()
.sum::<i64>()
.collect::<Vec<_>>()
.collect::<String>()
.chars()
.unwrap()
.unwrap_or(1)
.get(1)
.first()
.pow(99)
.chunks(0)
.repeat(3)
.split('x')
.take(3)
.zip(d)
.cycle()
.max()
.join(',')
.parse::<u8>()
.step_by(0)
.windows(2)
[1..2]
[0]
[9]
 as u8
 as i64
 as f32
 as char
.0
Some(
|x|
if i { 
 } else { 
 }
match a { 
_ => 
format!('{:>5.2}', 
format!('{:?}', 
| upper
| truncate(2)
| date('%Y')
| round(3)
{ k: 
['a' => 
None"#;

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PIECES.lines().collect::<Vec<_>>())
}

fn expression() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 1..8).prop_map(|pieces| pieces.concat())
}

fn block() -> impl Strategy<Value = String> {
    let e = expression;
    prop_oneof![
        e().prop_map(|e| format!("{{{{ {e} }}}}")),
        e().prop_map(|e| format!("{{!! {e} !!}}")),
        e().prop_map(|e| format!("@if ({e}) 1 @else 2 @endif")),
        (e(), e())
            .prop_map(|(a, b)| format!("@foreach ({a} as x) {{{{ {b} }}}} {{{{ loop.index }}}} @break(x) @endforeach")),
        e().prop_map(|e| format!("@while ({e}) x @endwhile")),
        (e(), e()).prop_map(|(a, b)| format!("@switch ({a}) @case ({b}) y @break @default z @endswitch")),
        e().prop_map(|e| format!("@include({e})")),
        e().prop_map(|e| format!("<x-dynamic-component :component=\"{e}\" />")),
        e().prop_map(|e| format!("@section('s', {e}) @yield('s')")),
        e().prop_map(|e| format!("@class([{e} => i])")),
        e().prop_map(|e| format!("@json({e})")),
        e().prop_map(|e| format!("@rust(let mut y = {e}) {{{{ y }}}}")),
        "[@{}()<>a-z'\" ]{0,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn never_panics(blocks in prop::collection::vec(block(), 1..4)) {
        // Either is fine; what must not happen is a panic, or no end.
        let _ = render(&blocks.concat(), DATA).is_ok();
    }
}

#[test]
fn ends() {
    let check = |template: &str, message: &str| {
        let error = render(template, DATA).expect_err(template).to_string();
        assert!(error.contains(message), "{template}: {error}");
    };
    check("@while (true) @endwhile", "the page took more than");
    check("@while (true) text that makes it longer and longer @endwhile", "the page");
    check("@foreach (0.. as a) {{ a }} @endforeach", "the page took more than");
    check("{{ (0..).map(|a| a).collect::<Vec<_>>().len() }}", "a list of more than");
    check("{{ d.iter().cycle().count() }}", "the page took more than");
}

#[test]
fn depth_is_bounded() {
    let nested = format!("{{{{ {}1{} }}}}", "(".repeat(3000), ")".repeat(3000));
    let _ = render(&nested, DATA).is_ok();
    let sum = format!("{{{{ 1{} }}}}", " + 1".repeat(3000));
    let _ = render(&sum, DATA).is_ok();
    let blocks = format!("{}x{}", "@if (i) ".repeat(190), " @endif".repeat(190));
    let _ = render(&blocks, DATA).is_ok();
}
