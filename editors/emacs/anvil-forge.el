;;; anvil-forge.el --- Forge templates and what is live  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: languages, tools

;;; Commentary:

;; A major mode for Forge templates (`*.forge.html'), and the language server `anvil-lsp' through Eglot: what is wrong in
;; a template, and which generation of the app is live, in the mode line.  What the mode line shows comes from the server's
;; notification `anvil/reloadStatus'.  The server is never downloaded.
;;
;;   (require 'anvil-forge)
;;   (add-hook 'forge-mode-hook #'eglot-ensure)

;;; Code:

(require 'cl-lib)
(require 'eglot)
(require 'mhtml-mode)
(require 'project)

(defgroup anvil nil
  "Anvilforge: Rust web apps whose code is exchanged while they run."
  :group 'tools
  :prefix "anvil-")

(defcustom anvil-server-command '("anvil-lsp" "--stdio")
  "How the language server is started."
  :type '(repeat string))

(defcustom anvil-trusted-projects nil
  "Folders whose code may be built and run, or t for all.
In other projects the server parses templates, and does nothing else."
  :type '(choice (const :tag "All" t) (repeat directory)))

(defcustom anvil-daemon "start"
  "Whether the daemon is started, only talked to where it runs, or left alone."
  :type '(choice (const "start") (const "attach") (const "off")))

(defcustom anvil-build-diagnostics "auto"
  "Whether the errors of rustc are shown.
\"auto\" leaves them to rust-analyzer where that checks by itself."
  :type '(choice (const "auto") (const "always") (const "never")))

;;; The mode

(defconst anvil-forge-directives
  '("if" "elseif" "else" "endif" "unless" "endunless" "isset" "endisset" "empty" "endempty" "switch" "case" "default"
    "endswitch" "auth" "elseauth" "endauth" "guest" "elseguest" "endguest" "can" "elsecan" "endcan" "cannot"
    "elsecannot" "endcannot" "canany" "elsecanany" "endcanany" "env" "endenv" "production" "endproduction" "hasSection"
    "sectionMissing" "hasStack" "session" "endsession" "context" "endcontext" "error" "enderror" "once" "endonce" "for"
    "endfor" "foreach" "endforeach" "forelse" "endforelse" "while" "endwhile" "continue" "break" "class" "style"
    "checked" "selected" "disabled" "readonly" "required" "bool" "include" "includeIf" "includeWhen" "includeUnless"
    "includeFirst" "includeIsolated" "each" "extends" "extendsFirst" "section" "endsection" "stop" "show" "append"
    "overwrite" "parent" "yield" "stack" "push" "endpush" "pushIf" "elsePushIf" "elsePush" "endPushIf" "pushOnce"
    "endPushOnce" "prepend" "endprepend" "prependOnce" "endPrependOnce" "fragment" "endfragment" "component"
    "endcomponent" "componentFirst" "endComponentFirst" "slot" "endslot" "props" "aware" "csrf" "method" "json" "js"
    "inject" "use" "unset" "lang" "endlang" "choice" "vite" "viteReactRefresh" "fonts" "dd" "dump" "verbatim"
    "endverbatim" "rust" "endrust" "php" "endphp")
  "The directives of Forge, without `@'.")

(defvar forge-mode-font-lock-keywords
  `((,(concat "\\(?:^\\|[^[:alnum:]_@]\\)\\(@" (regexp-opt anvil-forge-directives) "\\)\\_>") 1 font-lock-keyword-face t)
    ("{{--\\(?:.\\|\n\\)*?--}}" 0 font-lock-comment-face t)
    ("\\({{{?\\|{!!\\)[^-].*?\\(}}}?\\|!!}\\)"
     (1 font-lock-preprocessor-face t) (2 font-lock-preprocessor-face t))
    ("</?\\(x-[[:alnum:]_.:-]+\\)" 1 font-lock-type-face t)
    ("[[:space:]]\\(:\\$?[[:alpha:]][[:alnum:]_-]*\\)=" 1 font-lock-variable-name-face t))
  "What is highlighted in Forge templates besides their HTML.")

(defun anvil-project (folder)
  "The project that FOLDER belongs to.
Nearest is a folder with `config/anvil.toml', else one with `Cargo.toml'."
  (when-let ((root (or (locate-dominating-file folder "config/anvil.toml")
                       (locate-dominating-file folder "Cargo.toml"))))
    (cons 'anvil (expand-file-name root))))

(cl-defmethod project-root ((project (head anvil)))
  "The folder of PROJECT."
  (cdr project))

;;;###autoload
(define-derived-mode forge-mode mhtml-mode "Forge"
  "Major mode for Forge templates: HTML with echoes, directives and components."
  (setq-local comment-start "{{-- ")
  (setq-local comment-end " --}}")
  (setq-local comment-start-skip "{{--[ \t]*")
  (setq-local comment-end-skip "[ \t]*--}}")
  (add-hook 'project-find-functions #'anvil-project nil t)
  (font-lock-add-keywords nil forge-mode-font-lock-keywords 'append))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.forge\\.html\\'" . forge-mode))

;;; The server

(defclass anvil-server (eglot-lsp-server)
  ((statuses :initform nil :accessor anvil-server-statuses
             :documentation "What `anvil/reloadStatus' said last, by project."))
  :documentation "A connection to `anvil-lsp'.")

(defun anvil--trusted-p (root)
  "Whether the project in ROOT may be built and run."
  (or (eq anvil-trusted-projects t)
      (cl-some (lambda (folder) (file-equal-p folder root)) anvil-trusted-projects)))

(defun anvil--settings (root)
  "What the server is told of the project in ROOT."
  (list :trusted (if (anvil--trusted-p root) t :json-false)
        :daemon anvil-daemon
        :buildDiagnostics anvil-build-diagnostics
        ;; Eglot starts one server a buffer: Rust belongs to rust-analyzer, which checks by itself.
        :rustAnalyzerCheck t))

(cl-defmethod eglot-initialization-options ((server anvil-server))
  "The settings, from the beginning of the connection to SERVER."
  (anvil--settings (project-root (eglot--project server))))

(cl-defmethod jsonrpc-connection-send :around ((server anvil-server) &rest arguments)
  "Send what Eglot sends to SERVER with ARGUMENTS, but for the settings.
Eglot sends what the user has for all servers, and empty settings if
there are none."
  (if (eq (plist-get arguments :method) :workspace/didChangeConfiguration)
      (apply #'cl-call-next-method server
             (plist-put (copy-sequence arguments) :params
                        (list :settings (list :anvil (eglot-initialization-options server)))))
    (apply #'cl-call-next-method server arguments)))

(cl-defmethod eglot-handle-request ((server anvil-server) (_method (eql workspace/configuration)) &key items)
  "Give SERVER its settings for each of ITEMS that asks for `anvil', and nothing for others."
  (cl-map 'vector
          (lambda (item)
            (when (equal (plist-get item :section) "anvil")
              (eglot-initialization-options server)))
          items))

(cl-defmethod eglot-client-capabilities ((_server anvil-server))
  "Eglot's own, and the status of the app."
  (let ((capabilities (cl-call-next-method)))
    (plist-put capabilities :experimental '(:serverStatusNotification t))))

(defun anvil--keep-status (server status)
  "Take STATUS of SERVER for that of its project."
  (setf (anvil-server-statuses server)
        (cons status (cl-remove (plist-get status :root) (anvil-server-statuses server)
                                :key (lambda (each) (plist-get each :root)) :test #'equal)))
  (force-mode-line-update t))

(cl-defmethod eglot-handle-notification
  ((server anvil-server) (_method (eql anvil/reloadStatus)) &rest status)
  "Keep STATUS of SERVER for the mode line."
  (anvil--keep-status server status))

(cl-defmethod eglot-handle-notification
  ((_server anvil-server) (_method (eql experimental/serverStatus)) &rest _status)
  "Nothing: `anvil/reloadStatus' says the same.")

(defun anvil--ask-for-status (server)
  "Ask SERVER for its status: what comes by itself are changes."
  (when (cl-typep server 'anvil-server)
    (jsonrpc-async-request
     server :anvil/status eglot--{}
     :success-fn (lambda (answer)
                   (mapc (apply-partially #'anvil--keep-status server) (plist-get answer :projects))))))

(add-hook 'eglot-connect-hook #'anvil--ask-for-status)

(defun anvil--contact (&optional _interactive)
  "How Eglot reaches the server."
  (cons 'anvil-server anvil-server-command))

(add-to-list 'eglot-server-programs '(forge-mode . anvil--contact))

(defun anvil--server ()
  "The server of this buffer, or an error."
  (let ((server (eglot-current-server)))
    (if (cl-typep server 'anvil-server)
        server
      (user-error "No anvil-lsp runs for this buffer: `M-x eglot' starts it"))))

(defun anvil--status-around (server file)
  "What SERVER said of the innermost project around FILE, else of any."
  (let ((statuses (sort (copy-sequence (anvil-server-statuses server))
                        (lambda (one other)
                          (> (length (plist-get one :root)) (length (plist-get other :root)))))))
    (or (cl-find-if (lambda (status)
                      (string-prefix-p (file-name-as-directory (or (plist-get status :root) "/")) file))
                    statuses)
        (car statuses))))

(defun anvil-status ()
  "What is live, as in `anvil: live 7'; empty where no server runs."
  (let ((server (eglot-current-server)))
    (if (cl-typep server 'anvil-server)
        ;; A server with no daemon to follow has nothing to say.
        (or (plist-get (anvil--status-around server (or buffer-file-name "")) :message) "anvil: off")
      "")))

(defvar anvil-mode-line '(:eval (when (derived-mode-p 'forge-mode) (concat " " (anvil-status))))
  "The status, for the mode line.")
(put 'anvil-mode-line 'risky-local-variable t)

(unless (member 'anvil-mode-line global-mode-string)
  (setq global-mode-string (append (or global-mode-string '("")) '(anvil-mode-line))))

;;; Commands

(defun anvil--execute (command)
  "Let the server execute COMMAND and say what came of it."
  (let ((result (jsonrpc-request (anvil--server) :workspace/executeCommand
                                 (list :command command :arguments [])
                                 :timeout 120)))
    (message "anvil: %s" (plist-get result :message))
    result))

(defmacro anvil--define-command (name command documentation)
  "Define NAME, which lets the server execute COMMAND; DOCUMENTATION says what for."
  `(defun ,name ()
     ,documentation
     (interactive)
     (anvil--execute ,command)))

(anvil--define-command anvil-restart-app "anvil.restartApp" "Start the app anew.")
(anvil--define-command anvil-start-app "anvil.startApp" "Start the app.")
(anvil--define-command anvil-stop-app "anvil.stopApp" "Stop the app.")
(anvil--define-command anvil-rollback "anvil.rollback"
                       "Go back to the last generation that a full build vouches for.")
(anvil--define-command anvil-wait-live "anvil.waitLive" "Wait until what was saved last is live.")
(anvil--define-command anvil-doctor "anvil.doctor" "Say what the doctor finds.")

(defun anvil--show (name text mode)
  "Show TEXT in a buffer called NAME, in MODE."
  (with-current-buffer (get-buffer-create name)
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text))
    (goto-char (point-min))
    (funcall mode)
    (setq buffer-read-only t)
    (display-buffer (current-buffer))))

(defun anvil-generated-rust ()
  "Show the Rust that this template becomes."
  (interactive)
  (let ((result (jsonrpc-request (anvil--server) :anvil/generatedRust
                                 (list :textDocument (eglot--TextDocumentIdentifier)))))
    (anvil--show (format "*anvil %s*" (plist-get result :view)) (plist-get result :text)
                 (if (fboundp 'rust-mode) 'rust-mode #'prog-mode))))

(defun anvil-abi-report ()
  "Show the last layout changes."
  (interactive)
  (anvil--show "*anvil abi*"
               (plist-get (jsonrpc-request (anvil--server) :anvil/abiReport nil) :text)
               (if (fboundp 'markdown-mode) 'markdown-mode #'text-mode)))

(provide 'anvil-forge)
;;; anvil-forge.el ends here
