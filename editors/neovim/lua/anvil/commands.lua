-- The commands of buffers that the server knows.

local M = {}

local client = require('anvil.client')
local documents = require('anvil.documents')

-- Asks the server to do something, and says what came of it.
local function execute(command)
  return function()
    client.ask('workspace/executeCommand', { command = command, arguments = {} }, function(result)
      vim.notify(('anvil: %s'):format(result.message), vim.log.levels.INFO)
    end)
  end
end

local function doctor()
  client.ask('workspace/executeCommand', { command = 'anvil.doctor', arguments = {} }, function(result)
    documents.show('doctor', result.text or result.message, 'markdown')
  end)
end

local function trust()
  local here = client.of(vim.api.nvim_get_current_buf())
  local root = here and here.config.root_dir
  if not root then
    vim.notify('anvil: no server runs for this buffer', vim.log.levels.WARN)
    return
  end
  require('anvil.trust').trust(root)
  require('anvil.server').restart(here)
  vim.notify(('anvil: %s may be built and run from now on'):format(root), vim.log.levels.INFO)
end

-- By name: what is done, and what for.
M.list = {
  LspAnvilRestartApp = { execute('anvil.restartApp'), 'Start the app anew' },
  LspAnvilStartApp = { execute('anvil.startApp'), 'Start the app' },
  LspAnvilStopApp = { execute('anvil.stopApp'), 'Stop the app' },
  LspAnvilRollback = { execute('anvil.rollback'), 'Go back to the last generation that a full build vouches for' },
  LspAnvilWait = { execute('anvil.waitLive'), 'Say when what was saved last is live' },
  LspAnvilBuildDiagnostics = { execute('anvil.useDaemonDiagnostics'), "Show the daemon's build errors, whoever else checks" },
  LspAnvilGenerated = { documents.generated, 'Show the Rust that this template becomes' },
  LspAnvilAbi = { documents.abi, 'Show the last layout changes' },
  LspAnvilDoctor = { doctor, 'Show what the doctor finds' },
  LspAnvilQuickfix = {
    function()
      require('anvil.quickfix').open()
    end,
    'List what is wrong in the project',
  },
  LspAnvilTrust = { trust, 'Let this project be built and run' },
}

function M.define(bufnr)
  for name, command in pairs(M.list) do
    vim.api.nvim_buf_create_user_command(bufnr, name, command[1], { desc = command[2] })
  end
end

return M
