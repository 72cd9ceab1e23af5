-- Opens a file as a user would, waits for what ckptlint says, and picks one of its code actions.
-- What was seen goes as JSON into the file that CKPTLINT_SEEN names.

local LIMIT = tonumber(vim.env.CKPTLINT_LIMIT or 30000) -- milliseconds

local function gone()
  return vim.fn.execute("messages"):find("quit with exit code") ~= nil
end

local function wait_for(what, condition)
  local function settled()
    return condition() or gone()
  end
  if not vim.wait(LIMIT, settled, 10) or not condition() then
    error("waited in vain for " .. what)
  end
end

local function shown()
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, {
      line = diagnostic.lnum + 1,
      column = diagnostic.col + 1,
      end_line = diagnostic.end_lnum + 1,
      end_column = diagnostic.end_col + 1,
      code = diagnostic.code or diagnostic.user_data.lsp.code,
      message = diagnostic.message,
      source = diagnostic.source,
      severity = vim.diagnostic.severity[diagnostic.severity],
    })
  end
  return found
end

local function drive()
  local seen = { version = tostring(vim.version().major) .. "." .. vim.version().minor }
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.CKPTLINT_FILE))
  wait_for("a diagnostic", function()
    return #vim.diagnostic.get(0) > 0
  end)
  seen.found = shown()

  vim.ui.select = function(items, options, choose)
    seen.actions = vim.tbl_map(options.format_item, items)
    for index, title in ipairs(seen.actions) do
      if title == vim.env.CKPTLINT_ACTION then
        return choose(items[index], index)
      end
    end
    error("no such action: " .. vim.inspect(seen.actions))
  end
  vim.api.nvim_win_set_cursor(0, { seen.found[1].line, seen.found[1].column - 1 })
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action()
  wait_for("the fix", function()
    return vim.api.nvim_buf_get_changedtick(0) > before
  end)
  wait_for("the diagnostic to go", function()
    return #vim.diagnostic.get(0) == 0
  end)
  vim.cmd("write")
  return seen
end

local done, result = xpcall(drive, debug.traceback)
if not done then
  result = { error = result, messages = vim.fn.execute("messages") }
end
vim.fn.writefile({ vim.json.encode(result) }, vim.env.CKPTLINT_SEEN)
vim.cmd("qall!")
