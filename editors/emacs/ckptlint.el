;; ckptlint in Emacs: Eglot comes with Emacs 29 and later, and from ELPA for Emacs 28.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((python-mode python-ts-mode markdown-mode gfm-mode) . ("ckptlint" "server"))))
(autoload 'eglot-ensure "eglot")
(dolist (hook '(python-mode-hook python-ts-mode-hook markdown-mode-hook gfm-mode-hook))
  (add-hook hook #'eglot-ensure))
