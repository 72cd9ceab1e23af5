-- ckptlint in Neovim 0.11 and later.
vim.lsp.config("ckptlint", {
  cmd = { "ckptlint", "server" },
  filetypes = { "python", "markdown" },
  root_markers = { "ckptlint.toml", "pyproject.toml", ".git" },
})
vim.lsp.enable("ckptlint")
