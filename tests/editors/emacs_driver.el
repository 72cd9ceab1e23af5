;; Opens a file as a user would, waits for what ckptlint says, and picks one of its code actions.
;; What was seen goes as JSON into the file that CKPTLINT_SEEN names.  -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'json)
(require 'flymake)

(defvar limit 30 "Seconds.")

(defun wait-for (what condition)
  "Handle what the server sends until CONDITION holds; name WHAT if it does not in time."
  (let ((end (+ (float-time) limit)))
    (while (not (funcall condition))
      (when (> (float-time) end)
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))))

(defun place (position name)
  "Tell the line and column of POSITION, under NAME."
  (save-excursion
    (goto-char position)
    `((,(intern (concat name "line")) . ,(line-number-at-pos))
      (,(intern (concat name "column")) . ,(1+ (- (point) (line-beginning-position)))))))

(defun shown (diagnostic)
  "Tell what the user sees of DIAGNOSTIC."
  `(,@(place (flymake-diagnostic-beg diagnostic) "")
    ,@(place (flymake-diagnostic-end diagnostic) "end_")
    (message . ,(flymake-diagnostic-text diagnostic))
    (type . ,(symbol-name (flymake-diagnostic-type diagnostic)))))

(defun drive ()
  "Open, wait, fix, save."
  (let ((eglot-sync-connect limit) actions found)
    (find-file (getenv "CKPTLINT_FILE"))
    ;; Eglot connects after the command that opened the file, and batch mode has no commands.
    (run-hooks 'post-command-hook)
    (wait-for "a diagnostic" (lambda () (flymake-diagnostics)))
    (setq found (mapcar #'shown (flymake-diagnostics)))
    (goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt items &rest _)
                 (setq actions (mapcar #'car items))
                 (car (or (assoc (getenv "CKPTLINT_ACTION") items)
                          (error "No such action: %S" actions)))))
              (last-nonmenu-event ?\r))
      (eglot-code-actions (point) nil nil t))
    (save-buffer)
    (wait-for "the diagnostic to go" (lambda () (null (flymake-diagnostics))))
    `((version . ,emacs-version) (found . ,(vconcat found)) (actions . ,(vconcat actions)))))

(let ((seen (condition-case problem
                (drive)
              (error `((error . ,(error-message-string problem)))))))
  (with-temp-file (getenv "CKPTLINT_SEEN")
    (insert (json-encode seen))))
(kill-emacs 0)
