import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: say("Copy the board and its key to a safe place."),
        discussion: sayFlowing(
            """
            Writes FILE and FILE.key; keep both. To restore, end what uses the board, move its own \
            four files away (BOARD, BOARD-wal, BOARD-shm and BOARD.key) and put both back as BOARD and \
            BOARD.key: what was written after the backup comes back with the next sync. With the -wal of \
            the old board beside it, a backup reads as damaged.

            EXAMPLES
              communis backup /media/stick/board-2026-11-01.sqlite
            """))

    @Argument(help: .say("Where to; nothing may be there yet."), completion: .file())
    var file: String

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var board, key: String
    }

    func run() throws {
        let board = try board.open()
        let isQuiet = try board.backup(to: file)
        let key = KeyFile.path(beside: file)
        if output.json {
            Terminal.write(try JSONOutput.encode(Result(board: file, key: key)))
        } else {
            Terminal.line("Backed up to \(file.printable) and \(key.printable). Keep both.")
        }
        if !isQuiet {
            Terminal.warning("whoever gets to this disk can read the key; keep it safe")
        }
    }
}
