" Highlighting of Forge templates where the tree-sitter parser is not installed: HTML with echoes, directives and components.

if exists('b:current_syntax')
  finish
endif

runtime! syntax/html.vim
unlet! b:current_syntax
syntax include @forgeRust syntax/rust.vim
unlet! b:current_syntax

syntax region forgeComment start='{{--' end='--}}' keepend containedin=ALLBUT,forgeComment,forgeVerbatim
syntax region forgeEcho matchgroup=forgeDelimiter start='@\@<!{{-\@!' end='}}' contains=@forgeRust,forgeText containedin=ALLBUT,forgeComment,forgeVerbatim,forgeEcho,forgeArguments,forgeRustBlock keepend
syntax region forgeEcho matchgroup=forgeDelimiter start='@\@<!{!!' end='!!}' contains=@forgeRust,forgeText containedin=ALLBUT,forgeComment,forgeVerbatim,forgeEcho,forgeArguments,forgeRustBlock keepend
syntax match forgeEscape '@\ze\%({{-\@!\|{!!\|@\w\)' containedin=ALLBUT,forgeComment,forgeVerbatim,@forgeRust

syntax match forgeDirective '\c\w\@<!@\@<!@\%(if\|else\%(if\|auth\|guest\|can\|cannot\|canany\|push\|pushif\)\=\|unless\|isset\|empty\|switch\|case\|default\|auth\|guest\|can\|cannot\|canany\|env\|production\|hassection\|sectionmissing\|hasstack\|session\|context\|error\|once\|for\|foreach\|forelse\|while\|continue\|break\|class\|style\|checked\|selected\|disabled\|readonly\|required\|bool\|include\%(if\|when\|unless\|first\|isolated\)\=\|each\|extends\|extendsfirst\|section\|stop\|show\|append\|overwrite\|parent\|yield\|stack\|push\|pushif\|pushonce\|prepend\|prependonce\|fragment\|component\|componentfirst\|slot\|props\|aware\|csrf\|method\|json\|js\|inject\|use\|unset\|lang\|choice\|vite\|vitereactrefresh\|fonts\|dd\|dump\|end\a\+\)\>' nextgroup=forgeArguments skipwhite containedin=ALLBUT,forgeComment,forgeVerbatim,forgeEcho,forgeArguments,forgeRustBlock,@forgeRust
syntax region forgeArguments matchgroup=forgeDelimiter start='(' end=')' contained contains=@forgeRust,forgeText,forgeNested,forgeWord
syntax region forgeNested start='(' end=')' contained transparent contains=@forgeRust,forgeText,forgeNested
syntax match forgeText "'[^']*'" contained
syntax keyword forgeWord as in contained

syntax region forgeVerbatim matchgroup=forgeDirective start='@verbatim\>' end='@endverbatim\>'
syntax region forgeRustBlock matchgroup=forgeDirective start='@rust\>\ze\s*\%($\|[^( \t]\)' end='@endrust\>' contains=@forgeRust,forgeText

highlight default link forgeComment Comment
highlight default link forgeDelimiter Delimiter
highlight default link forgeEscape SpecialChar
highlight default link forgeDirective PreProc
highlight default link forgeText String
highlight default link forgeWord Keyword

let b:current_syntax = 'forge'
