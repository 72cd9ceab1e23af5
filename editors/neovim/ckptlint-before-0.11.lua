-- ckptlint in Neovim 0.7 to 0.10, without a plugin: one server for each project.
local markers = { "ckptlint.toml", "pyproject.toml", ".git" }
local servers = {}

local function root(folder)
  for _, marker in ipairs(markers) do
    local upwards = vim.fn.escape(folder, " ,;\\") .. ";"
    local found = vim.fn.findfile(marker, upwards)
    if found == "" then
      found = vim.fn.finddir(marker, upwards)
    end
    if found ~= "" then
      return vim.fn.fnamemodify(found, ":p:s?/$??:h")
    end
  end
  return folder
end

local function attach(buffer)
  local file = vim.api.nvim_buf_get_name(buffer)
  if file == "" or vim.bo[buffer].buftype ~= "" then
    return
  end
  local folder = root(vim.fn.fnamemodify(file, ":p:h"))
  if not servers[folder] then
    servers[folder] = vim.lsp.start_client({
      name = "ckptlint",
      cmd = { "ckptlint", "server" },
      root_dir = folder,
      workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } },
      on_exit = function()
        servers[folder] = nil
      end,
    })
  end
  if servers[folder] then
    vim.lsp.buf_attach_client(buffer, servers[folder])
  end
end

vim.api.nvim_create_autocmd("FileType", {
  group = vim.api.nvim_create_augroup("ckptlint", {}),
  pattern = { "python", "markdown" },
  callback = function(event)
    attach(event.buf)
  end,
})
