"""Where code comes from: files on disk, cells of notebooks, blocks of Markdown, standard input."""
