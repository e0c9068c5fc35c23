//! Includes, layouts, sections, stacks, components and slots in words.

use forge_codegen::Kind as K;

use super::{Documented, row};

const I: &str = "includes";
const L: &str = "layouts";
const C: &str = "components";

const INCLUDE: &str = "@include('posts.row', { post: post })";
const EXTENDS: &str = "@extends('layouts.app')\n\n@section('content')\n    <h1>Posts</h1>\n@endsection";
const SECTION: &str = "@section('title', 'Posts')\n\n@section('content')\n    <h1>Posts</h1>\n@endsection";
const STOP: &str = "@section('content')\n    <h1>Posts</h1>\n@stop";
const SHOW: &str = "@section('sidebar')\n    <p>What the layout has</p>\n@show";
const APPEND: &str = "@section('scripts')\n    <script src=\"/a.js\"></script>\n@append";
const OVERWRITE: &str = "@section('content')\n    <h1>Instead</h1>\n@overwrite";
const PARENT: &str = "@section('sidebar')\n    @parent\n    <p>And more</p>\n@endsection";
const PUSH: &str = "@push('scripts')\n    <script src=\"/chart.js\"></script>\n@endpush";
const PUSH_IF: &str = "@pushIf(is_admin, 'scripts')\n    <script src=\"/admin.js\"></script>\n@elsePushIf(is_editor, 'scripts')\n    <script src=\"/editor.js\"></script>\n@elsePush('scripts')\n    <script src=\"/reader.js\"></script>\n@endPushIf";
const PUSH_ONCE: &str = "@pushOnce('scripts', 'chart')\n    <script src=\"/chart.js\"></script>\n@endPushOnce";
const PREPEND: &str = "@prepend('scripts')\n    <script src=\"/first.js\"></script>\n@endprepend";
const PREPEND_ONCE: &str = "@prependOnce('scripts', 'first')\n    <script src=\"/first.js\"></script>\n@endPrependOnce";
const FRAGMENT: &str = "@fragment('list')\n    <ul>…</ul>\n@endfragment";
const COMPONENT: &str = "@component('components.card', { title: 'News' })\n    @slot('footer')\n        The end\n    @endslot\n@endcomponent";
const COMPONENT_FIRST: &str = "@componentFirst(['custom.card', 'components.card'])\n    Text\n@endComponentFirst";

pub(super) const ROWS: &[Documented] = &[
    row(K::Include, &["view", "data?"], "Prints another view. It sees all variables, and these.", INCLUDE, I, "('$1')"),
    row(
        K::IncludeIf,
        &["view", "data?"],
        "Like `@include`; the view may be missing.",
        "@includeIf('posts.banner')",
        I,
        "('$1')",
    ),
    row(
        K::IncludeWhen,
        &["condition", "view", "data?"],
        "Like `@include`, if the condition is true.",
        "@includeWhen(post.is_new, 'posts.badge')",
        I,
        "(${1:condition}, '$2')",
    ),
    row(
        K::IncludeUnless,
        &["condition", "view", "data?"],
        "Like `@include`, unless the condition is true.",
        "@includeUnless(post.is_read, 'posts.badge')",
        I,
        "(${1:condition}, '$2')",
    ),
    row(
        K::IncludeFirst,
        &["views", "data?"],
        "Prints the first of these views that exists.",
        "@includeFirst(['custom.row', 'posts.row'], { post: post })",
        I,
        "(['$1'])",
    ),
    row(
        K::IncludeIsolated,
        &["view", "data?"],
        "Prints another view, which sees only the data that is given.",
        "@includeIsolated('posts.row', { post: post })",
        I,
        "('$1', { $2 })",
    ),
    row(
        K::Each,
        &["view", "items", "variable", "empty?"],
        "Prints the view for each item. The last argument is the view for no items, or `'raw|text'`.",
        "@each('posts.row', posts, 'post', 'posts.none')",
        I,
        "('$1', ${2:items}, '${3:item}')",
    ),
    row(K::Extends, &["layout", "data?"], "The view fills the sections of this layout.", EXTENDS, L, "('$1')"),
    row(
        K::ExtendsFirst,
        &["layouts", "data?"],
        "The view fills the sections of the first of these layouts that exists.",
        "@extendsFirst(['layouts.custom', 'layouts.app'])",
        L,
        "(['$1'])",
    ),
    row(
        K::Section,
        &["name", "text?"],
        "Fills a section of the layout: with the text, which is escaped, or with everything up to `@endsection`.",
        SECTION,
        L,
        "('$1')\n\t$0\n@endsection",
    ),
    row(K::EndSection, &[], "Ends `@section`.", SECTION, L, ""),
    row(K::Stop, &[], "Ends `@section`, like `@endsection`.", STOP, L, ""),
    row(K::Show, &[], "Ends `@section`, and shows it here: what a layout has unless a view fills it.", SHOW, L, ""),
    row(K::Append, &[], "Ends `@section`, and adds to what the section has.", APPEND, L, ""),
    row(K::Overwrite, &[], "Ends `@section`, and replaces what the section has.", OVERWRITE, L, ""),
    row(K::Parent, &[], "What the layout has in this section.", PARENT, L, ""),
    row(
        K::Yield,
        &["section", "default?"],
        "Shows a section that views fill.",
        "<title>@yield('title', 'Blog')</title>",
        L,
        "('$1')",
    ),
    row(K::Stack, &["stack"], "Shows everything that was pushed to the stack.", "@stack('scripts')", L, "('$1')"),
    row(K::Push, &["stack", "text?"], "Adds to a stack, behind what is there.", PUSH, L, "('$1')\n\t$0\n@endpush"),
    row(K::EndPush, &[], "Ends `@push`.", PUSH, L, ""),
    row(
        K::PushIf,
        &["condition", "stack"],
        "Adds to a stack if the condition is true.",
        PUSH_IF,
        L,
        "(${1:condition}, '$2')\n\t$0\n@endPushIf",
    ),
    row(
        K::ElsePushIf,
        &["condition", "stack"],
        "Otherwise, adds to a stack if this condition is true.",
        PUSH_IF,
        L,
        "(${1:condition}, '$2')\n\t$0",
    ),
    row(K::ElsePush, &["stack"], "Otherwise, adds to this stack.", PUSH_IF, L, "('$1')\n\t$0"),
    row(K::EndPushIf, &[], "Ends `@pushIf`.", PUSH_IF, L, ""),
    row(K::PushOnce, &["stack", "key?"], "Adds to a stack once in a page.", PUSH_ONCE, L, "('$1')\n\t$0\n@endPushOnce"),
    row(K::EndPushOnce, &[], "Ends `@pushOnce`.", PUSH_ONCE, L, ""),
    row(
        K::Prepend,
        &["stack", "text?"],
        "Adds to a stack, before what is there.",
        PREPEND,
        L,
        "('$1')\n\t$0\n@endprepend",
    ),
    row(K::EndPrepend, &[], "Ends `@prepend`.", PREPEND, L, ""),
    row(
        K::PrependOnce,
        &["stack", "key?"],
        "Adds to a stack once in a page, before what is there.",
        PREPEND_ONCE,
        L,
        "('$1')\n\t$0\n@endPrependOnce",
    ),
    row(K::EndPrependOnce, &[], "Ends `@prependOnce`.", PREPEND_ONCE, L, ""),
    row(
        K::Fragment,
        &["name"],
        "A part of the view that can be sent alone: `view.fragment(\"name\")`.",
        FRAGMENT,
        L,
        "('$1')\n\t$0\n@endfragment",
    ),
    row(K::EndFragment, &[], "Ends `@fragment`.", FRAGMENT, L, ""),
    row(
        K::Component,
        &["view", "data?"],
        "Prints a view as a component. `<x-name>` is shorter.",
        COMPONENT,
        C,
        "('$1')\n\t$0\n@endcomponent",
    ),
    row(K::EndComponent, &[], "Ends `@component`.", COMPONENT, C, ""),
    row(
        K::ComponentFirst,
        &["views", "data?"],
        "Prints the first of these views that exists as a component.",
        COMPONENT_FIRST,
        C,
        "(['$1'])\n\t$0\n@endComponentFirst",
    ),
    row(K::EndComponentFirst, &[], "Ends `@componentFirst`.", COMPONENT_FIRST, C, ""),
    row(
        K::Slot,
        &["name", "text?"],
        "Content for a named slot of the component around.",
        COMPONENT,
        C,
        "('$1')\n\t$0\n@endslot",
    ),
    row(K::EndSlot, &[], "Ends `@slot`.", COMPONENT, C, ""),
    row(
        K::Props,
        &["props"],
        "The attributes that are variables of this component. Those without a default are required.",
        "@props(['type' => 'info', 'message'])",
        C,
        "(['$1'])",
    ),
    row(K::Aware, &["props"], "Props of a component around this one.", "@aware(['color' => 'gray'])", C, "(['$1'])"),
];
