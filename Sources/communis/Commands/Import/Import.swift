import ArgumentParser

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say("Import other boards' ideas and votes."),
        subcommands: [
            ImportCSV.self, ImportFider.self, ImportQuackback.self, ImportUserVoice.self,
            ImportGitHub.self, ImportPaBuLib.self, ImportPolis.self,
        ])
}
