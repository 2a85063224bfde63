import ArgumentParser
import CommunisStore
import CommunisSync
import Foundation

/// What ssh starts at the other machine.
struct ServeStdio: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve-stdio",
        abstract: say("Answer a sync over standard input and output."),
        discussion: sayFlowing(
            """
            Started by `communis sync ssh://host/path` at the other machine.

            EXAMPLES
              communis serve-stdio board/communis.sqlite
            """),
        shouldDisplay: false)

    @Argument(help: .say("The path of a board."))
    var path: String

    func run() throws {
        guard !Terminal.isOutputTerminal else {
            throw Failure(
                Failure.usage, "what is said here is for a program, not for a terminal",
                "this is for `communis sync ssh://…`")
        }
        signal(SIGPIPE, SIG_IGN)
        let board = try PeerFile(path).open(of: nil)
        let stream = MessageStream(
            reading: FileHandle.standardInput, writing: FileHandle.standardOutput)
        do {
            try StreamServer.run(board, over: stream)
        } catch is MessageStream.Fault {
            throw Failure(
                Failure.data, "what comes in is no message of sync",
                "this is for `communis sync ssh://…`")
        }
    }
}
