-- What users can set, and in which form the server is told.

local M = {}

M.values = {
  -- How the server is started. It is never downloaded: `:checkhealth anvil` says where it comes from.
  cmd = { 'anvil-lsp', '--stdio' },
  -- Of buffers that the server is told of.
  filetypes = { 'forge', 'rust' },
  -- Whether the project's code may be built and run: `true`, `false`, a function of the project's folder, or 'remembered':
  -- where `:LspAnvilTrust` was said.
  trusted = 'remembered',
  -- Whether the daemon is started, only talked to where it runs, or left alone: 'start', 'attach' or 'off'.
  daemon = 'start',
  -- Whether rustc's errors are shown: 'auto', 'always' or 'never'. 'auto' leaves them to rust-analyzer's own check.
  build_diagnostics = 'auto',
  -- Whether rust-analyzer checks on save. Only with 'auto'.
  rust_analyzer_check = true,
  -- Called with the client and the buffer.
  on_attach = nil,
  -- What a completion plugin adds to the client's capabilities.
  capabilities = nil,
}

local ALLOWED = {
  daemon = { start = true, attach = true, off = true },
  build_diagnostics = { auto = true, always = true, never = true },
}

local KNOWN = {
  cmd = 'table',
  filetypes = 'table',
  daemon = 'string',
  build_diagnostics = 'string',
  rust_analyzer_check = 'boolean',
  on_attach = 'function',
  capabilities = 'table',
}

function M.set(options)
  for key, value in pairs(options or {}) do
    if KNOWN[key] == nil and key ~= 'trusted' then
      error(("anvil: there is no setting `%s`; `:help anvil-settings` lists them"):format(key), 0)
    end
    if KNOWN[key] and type(value) ~= KNOWN[key] then
      error(('anvil: `%s` must be a %s, not a %s'):format(key, KNOWN[key], type(value)), 0)
    end
    if ALLOWED[key] and not ALLOWED[key][value] then
      error(('anvil: `%s` cannot be `%s`; `:help anvil-settings` lists what it can be'):format(key, value), 0)
    end
    M.values[key] = value
  end
end

-- The initialization options, and the settings below `anvil`.
function M.for_server(root)
  return {
    trusted = require('anvil.trust').is_trusted(root),
    daemon = M.values.daemon,
    buildDiagnostics = M.values.build_diagnostics,
    rustAnalyzerCheck = M.values.rust_analyzer_check,
  }
end

return M
