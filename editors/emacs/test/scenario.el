;;; scenario.el --- What somebody does with a template  -*- lexical-binding: t; -*-

;;; Commentary:

;; Opens a template, breaks it, asks for completion, mends it and leaves, step by step.  The first step that does not go as
;; expected is printed and ends Emacs with code 1.

;;; Code:

(require 'anvil-forge)
(require 'flymake)

(defconst scenario-deadline 60 "Seconds that a step may take.")

(defun scenario-fail (step expected got)
  "Say that STEP gave GOT instead of EXPECTED, and leave."
  (princ (format "FAILED %s\n  expected: %s\n  got:      %S\n" step expected got))
  (kill-emacs 1))

(defun scenario-await (step expected get right-p)
  "Wait until GET gives what RIGHT-P holds for, which EXPECTED describes; it is the outcome of STEP."
  (let ((end (+ (float-time) scenario-deadline))
        (value (funcall get)))
    (while (not (funcall right-p value))
      (when (> (float-time) end)
        (scenario-fail step expected value))
      (accept-process-output nil 0.02)
      (setq value (funcall get)))
    (princ (format "ok     %s\n" step))
    value))

(defun scenario-diagnostics ()
  "What is marked in this buffer: code, text and line of each."
  (flymake-start)
  (mapcar (lambda (diagnostic)
            (list (line-number-at-pos (flymake-diagnostic-beg diagnostic)) (flymake-diagnostic-text diagnostic)))
          (flymake-diagnostics)))

(defun scenario-open ()
  "Open a template, with the server."
  (find-file (expand-file-name "templates/posts/show.forge.html" (getenv "ANVIL_TEST_PROJECT")))
  (scenario-await "a template is in `forge-mode'" "forge-mode" (lambda () major-mode) (lambda (mode) (eq mode 'forge-mode)))
  (apply #'eglot--connect (eglot--guess-contact))
  (scenario-await "the server attaches" "an anvil-server" #'eglot-current-server
                  (lambda (server) (cl-typep server 'anvil-server)))
  (let ((project (file-name-as-directory (getenv "ANVIL_TEST_PROJECT"))))
    (scenario-await "it is told which project this is" project
                    (lambda () (project-root (eglot--project (eglot-current-server))))
                    (lambda (root) (equal root project))))
  (scenario-await "the mode line says what is live" "anvil: off" #'anvil-status
                  (lambda (status) (equal status "anvil: off"))))

(defun scenario-change (text)
  "Put TEXT before the heading, tell the server, and give back its line."
  (goto-char (point-min))
  (search-forward "<h2>")
  (beginning-of-line)
  (insert text "\n")
  (forward-line -1)
  (eglot--signal-textDocument/didChange)
  (line-number-at-pos))

(defun scenario-mend ()
  "Take the line away again."
  (beginning-of-line)
  (delete-region (point) (progn (forward-line 1) (point)))
  (eglot--signal-textDocument/didChange))

(defun scenario-break-and-mend ()
  "Leave a block open, wait for the mark, close it."
  (let ((line (scenario-change "@if (comments.len() > 0)")))
    (scenario-await "a block without end is marked" (format "FRG0012 on line %d" line) #'scenario-diagnostics
                    (lambda (found)
                      (cl-some (lambda (each) (and (= (car each) line) (string-match-p "FRG0012" (cadr each)))) found))))
  (scenario-mend)
  (scenario-await "the mark goes when the template is mended" "no diagnostics" #'scenario-diagnostics #'null))

(defun scenario-complete ()
  "Ask for the rest of a directive."
  (scenario-change "@fore")
  (end-of-line)
  (scenario-await "a directive is completed" "a label with `foreach'"
                  (lambda ()
                    (let ((capf (eglot-completion-at-point)))
                      (and capf (all-completions "" (nth 2 capf)))))
                  (lambda (labels) (cl-some (lambda (label) (string-match-p "foreach" label)) labels)))
  (scenario-mend))

(defun scenario-look ()
  "Show what no file holds."
  (anvil-generated-rust)
  (scenario-await "the generated Rust is shown" "text"
                  (lambda () (with-current-buffer "*anvil posts.show*" (buffer-string)))
                  (lambda (text) (not (string-empty-p text))))
  (anvil-abi-report)
  (scenario-await "the layout changes are shown" "text"
                  (lambda () (with-current-buffer "*anvil abi*" (buffer-string)))
                  (lambda (text) (not (string-empty-p text)))))

(defun scenario-look-in-vain ()
  "Without trust there is no daemon, and what needs one says so."
  (dolist (command '(anvil-generated-rust anvil-abi-report anvil-restart-app))
    (scenario-await (format "`%s' says that there is no daemon" command) "an error"
                    (lambda () (condition-case problem (progn (funcall command) nil) (error (format "%S" problem))))
                    (lambda (problem) (and problem (string-match-p "daemon" problem))))))

(defun scenario-follow ()
  "Change the status, and look at what the server was told of trust."
  (anvil-restart-app)
  (scenario-await "the mode line follows" "anvil: live 7" #'anvil-status
                  (lambda (status) (equal status "anvil: live 7")))
  (scenario-await "nothing is trusted that was not said to be" "\"trusted\": false"
                  (lambda () (plist-get (anvil-doctor) :message))
                  (lambda (message) (string-match-p "\"trusted\": false" message))))

(defun scenario-run ()
  "Run the scenario."
  (setq anvil-server-command (list (getenv "ANVIL_LSP") "--stdio")
        eglot-connect-timeout scenario-deadline
        create-lockfiles nil
        make-backup-files nil)
  (scenario-open)
  (scenario-break-and-mend)
  (scenario-complete)
  (if (not (getenv "ANVIL_TEST_CONTRACT"))
      (scenario-look-in-vain)
    (scenario-look)
    (scenario-follow))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server) nil 10)
  (scenario-await "the server ends" "no server" #'eglot-current-server #'null))

(provide 'scenario)
;;; scenario.el ends here
