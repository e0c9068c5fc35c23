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

syntax match forgeDirective '\c\w\@<!@\@<!@\%(if\|elseif\|else\|endif\|unless\|endunless\|isset\|endisset\|empty\|endempty\|switch\|case\|default\|endswitch\|auth\|elseauth\|endauth\|guest\|elseguest\|endguest\|can\|elsecan\|endcan\|cannot\|elsecannot\|endcannot\|canany\|elsecanany\|endcanany\|env\|endenv\|production\|endproduction\|hassection\|sectionmissing\|hasstack\|session\|endsession\|context\|endcontext\|error\|enderror\|once\|endonce\|for\|endfor\|foreach\|endforeach\|forelse\|endforelse\|while\|endwhile\|continue\|break\|class\|style\|checked\|selected\|disabled\|readonly\|required\|bool\|include\|includeif\|includewhen\|includeunless\|includefirst\|includeisolated\|each\|extends\|extendsfirst\|section\|endsection\|stop\|show\|append\|overwrite\|parent\|yield\|stack\|push\|endpush\|pushif\|elsepushif\|elsepush\|endpushif\|pushonce\|endpushonce\|prepend\|endprepend\|prependonce\|endprependonce\|fragment\|endfragment\|component\|endcomponent\|componentfirst\|endcomponentfirst\|slot\|endslot\|props\|aware\|csrf\|method\|json\|js\|inject\|use\|unset\|lang\|endlang\|choice\|vite\|vitereactrefresh\|fonts\|dd\|dump\|verbatim\|endverbatim\|rust\|endrust\|php\|endphp\)\>' nextgroup=forgeArguments skipwhite containedin=ALLBUT,forgeComment,forgeVerbatim,forgeEcho,forgeArguments,forgeRustBlock,@forgeRust
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
