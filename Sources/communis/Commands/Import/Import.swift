import ArgumentParser

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say("Import other boards' ideas and votes."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis import csv ideas.csv --dry-run
              communis import csv ideas.csv votes.csv comments.csv members.csv
              communis import github issues.json
              communis import polis exports/15-per-hour-seattle

            Everything is imported or nothing is. Repeating an import changes nothing.
            """),
        subcommands: [
            ImportCSV.self, ImportFider.self, ImportQuackback.self, ImportUserVoice.self,
            ImportGitHub.self, ImportPaBuLib.self, ImportPolis.self,
        ])
}
