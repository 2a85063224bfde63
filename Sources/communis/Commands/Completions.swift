import ArgumentParser

struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completions for a shell.",
        discussion: """
            EXAMPLES
              communis completions bash > ~/.local/share/bash-completion/completions/communis
              communis completions zsh > ~/.zsh/completions/_communis
              communis completions fish > ~/.config/fish/completions/communis.fish
            """)

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal.line(Communis.completionScript(for: shell))
    }
}
