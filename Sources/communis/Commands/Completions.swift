import ArgumentParser

struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: say("Print the completions for a shell."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis completions bash > ~/.local/share/bash-completion/completions/communis
              communis completions zsh > ~/.zsh/completions/_communis
              communis completions fish > ~/.config/fish/completions/communis.fish
            """))

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: .say("bash, zsh or fish."))
    var shell: Shell

    @OptionGroup var language: LanguageOption

    func run() throws {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal.write(Communis.completionScript(for: shell) + "\n")
    }
}
