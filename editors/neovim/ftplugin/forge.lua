-- Settings of buffers with Forge templates: comments, pairs, and highlighting by tree-sitter where its parser is installed.

if vim.b.did_ftplugin == 1 then
  return
end
vim.b.did_ftplugin = 1

vim.bo.commentstring = '{{-- %s --}}'
vim.bo.comments = 's:{{--,m:    ,e:--}}'
vim.opt_local.matchpairs:append('<:>')
vim.bo.omnifunc = 'v:lua.vim.lsp.omnifunc'

-- For matchit: `%` goes from a block's beginning over its branches to its end.
local words = {}
local PLAIN = {
  'foreach', 'for', 'while', 'auth', 'guest', 'env', 'production', 'error', 'once', 'component', 'slot', 'fragment', 'push',
  'prepend', 'verbatim', 'rust', 'isset', 'unless', 'session', 'context',
}
for _, name in ipairs(PLAIN) do
  words[#words + 1] = ('@%s\\>:@end%s\\>'):format(name, name)
end
words[#words + 1] = '@if\\>:@elseif\\>:@else\\>:@endif\\>'
words[#words + 1] = '@forelse\\>:@empty\\>:@endforelse\\>'
words[#words + 1] = '@switch\\>:@case\\>:@default\\>:@endswitch\\>'
words[#words + 1] = '@section\\>:@endsection\\>\\|@stop\\>\\|@show\\>'
words[#words + 1] = '<\\@<=\\([^/][^ \\t>]*\\)[^>]*\\%(>\\|$\\):<\\@<=/\\1>'
vim.b.match_words = table.concat(words, ',')
vim.b.match_ignorecase = 1

vim.b.undo_ftplugin = 'setlocal commentstring< comments< matchpairs< omnifunc< | unlet! b:match_words b:match_ignorecase'

-- Before 0.10, `start` knows other names for the same highlights; there the syntax file does it.
if vim.fn.has('nvim-0.10') == 1 and pcall(vim.treesitter.language.add, 'forge') then
  pcall(vim.treesitter.start, 0, 'forge')
end
