import ArgumentParser
import CommunisExchange
import CommunisStore
import Foundation

/// Every command names itself: left to the argument parser, the name of each of them is found by
/// reflection, at each start, in a seventh of the time that casting one vote takes.
@main
struct Communis: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "communis",
        abstract: say("An offline-first co-creation idea board."),
        discussion: sayFlowing(
            """
            Every copy of a board is a whole board: it takes ideas and votes without a network, and \
            copies merge when they meet.

            EXAMPLES
              communis init --name "Bike lanes"
              communis me alice@example.org --name Alice
              communis submit "A bench at the bus stop" --need "I cannot stand for long"
              communis vote 4f7kq
              communis clone ../office/communis.sqlite --name "Kiosk 3"
              communis sync
              communis top --format csv -o top.csv

            The board is --board PATH, else $COMMUNIS_BOARD, else ./communis.sqlite.
            """),
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: say("Ideas"),
                subcommands: [
                    Submit.self, Vote.self, Comment.self, Revise.self, Restore.self, Withdraw.self,
                ]),
            CommandGroup(
                name: say("Joined ideas"),
                subcommands: [JoinIdeas.self, SplitIdeas.self, Object.self]),
            CommandGroup(
                name: say("Reading"),
                subcommands: [
                    List.self, Search.self, Similar.self, Show.self, History.self, Mine.self,
                    Top.self,
                    Log.self,
                ]),
            CommandGroup(
                name: say("Moderation"),
                subcommands: [
                    SetStatus.self, Hide.self, Unhide.self, Erase.self, BoardSettings.self,
                ]),
            CommandGroup(
                name: say("Copies"),
                subcommands: [
                    Init.self, Clone.self, Sync.self, Serve.self, PeerCommand.self, Node.self,
                    BundleCommand.self,
                    Backup.self,
                    Verify.self, ServeStdio.self,
                ]
            ),
            CommandGroup(name: say("Data"), subcommands: [Export.self, Import.self]),
            CommandGroup(name: say("You"), subcommands: [Me.self, Completions.self]),
        ])

    static func main() {
        do {
            try Arguments.checkEncoding()
            var command = try parseAsRoot(
                LanguageArgument.removed(from: Array(CommandLine.arguments.dropFirst())))
            try command.run()
        } catch {
            let failure = Failure(error)
            if !failure.message.isEmpty {
                failure.isError ? Terminal.error(failure.message) : Terminal.write(failure.message)
            }
            Foundation.exit(failure.exitCode)
        }
    }
}
