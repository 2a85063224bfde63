import CommunisCore
import CommunisLog
import CommunisTestSupport
import Foundation
import GRDB
import Testing

@testable import CommunisStore

/// Whose a board's file is, by its owner and mode and those of its folder.
@Suite struct BoardPlaceTests {
    private let boards: TestBoards
    private let path: String
    private let vote: Draft

    init() throws {
        boards = try TestBoards()
        path = boards.founder.path
        var workload = VoteWorkload(ideas: 3, members: 9)
        let next = workload.next()
        vote = Draft(by: next.member, .vote(next.idea, next.vote))
        try boards.founder.write([vote])
        boards.founder.close()
    }

    private func open(_ use: BoardUse = .writing) throws(BoardError) -> Board {
        try Board.open(path, for: use, environment: .virtual(boards.clock, seed: 8))
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func folder(_ mode: mode_t) { chmod(BoardPlace.folder(of: path), mode) }

    /// It is read, and whatever writes or signs is refused.
    private func expectOnlyRead() throws {
        let board = try open()
        #expect(board.isReadOnly)
        #expect(try board.snapshot().lastArrival == 1)
        #expect(try board.read { try $0.hasPending() })
        let works: [() throws -> Void] = [
            { try board.write([vote]) }, { try board.sealPending() },
            { _ = try board.nodeKey() }, { _ = try board.secret() },
            { try board.set("x", to: "y") }, { try board.backup(to: path + "2") },
            { _ = try board.takeNewKey(name: nil) }, { try board.merge([], from: nil) },
        ]
        for work in works {
            let error = #expect(throws: BoardError.self) { try work() }
            #expect(error == board.objection)
            #expect(error?.code == .notPermitted)
        }
        #expect(try !board.sealPendingIfPermitted())
        _ = try board.verify()
        #expect(try board.snapshot().lastArrival == 1)
        board.close()
    }

    @Test("One's own file in a folder of one's own is used, in /tmp too")
    func own() throws {
        for mode in [0o700, 0o755, 0o1777] as [mode_t] {
            folder(mode)
            let board = try open()
            #expect(board.objection == nil && board.narrowed == [] && !board.isReadOnly)
            try board.write([vote])
            board.close()
        }
    }

    @Test("A folder above that others may write makes it readable only, but for one like /tmp")
    func writableAbove() throws {
        let above = BoardPlace.folder(of: path)
        let inner = above + "/inner"
        mkdir(inner, 0o700)
        let moved = inner + "/board.sqlite"
        for end in ["", "-wal", "-shm", ".key"] { rename(path + end, moved + end) }
        let board = { try Board.open(moved, environment: .virtual(boards.clock, seed: 8)) }
        for (mode, isOwn) in [(0o700, true), (0o777, false), (0o757, false), (0o1777, true)] {
            chmod(above, mode_t(mode))
            #expect(try (board().objection == nil) == isOwn, "\(mode)")
        }
        chmod(above, 0o700)
    }

    @Test("A file or a folder that others may write is read", arguments: [0o777, 0o757])
    func writable(_ open: Int) throws {
        chmod(path, mode_t(open) & 0o666)
        try expectOnlyRead()
        chmod(path, 0o600)
        folder(mode_t(open))
        try expectOnlyRead()
        folder(0o700)
        chmod(path + "-wal", 0o666)
        try expectOnlyRead()
    }

    @Test("A file that its group may write is read: an access control list may name anybody there")
    func writableByGroup() throws {
        chmod(path, 0o660)
        try expectOnlyRead()
        chmod(path, 0o600)
        chmod(path + "-wal", 0o660)
        try expectOnlyRead()
    }

    @Test(
        "A folder that a group of others may write makes a board in it readable only",
        .enabled(if: geteuid() == 0, "only root gives folders to groups"))
    func folderOfGroup() throws {
        chown(BoardPlace.folder(of: path), 0, 4_001)
        folder(0o770)
        try expectOnlyRead()
    }

    @Test(
        "Another's file, or one in another's folder, is read",
        .enabled(if: geteuid() == 0, "only root gives files away"))
    func others() throws {
        for end in ["", "-wal", "-shm"] { chown(path + end, 4_001, 4_001) }
        try expectOnlyRead()
        // A file of root's among those of another account is not opened, and stays root's: SQLite
        // would give it away.
        chown(path + "-wal", 0, 0)
        #expect(throws: BoardError.self) { try open(.reading) }
        #expect(FileStatus(path + "-wal")?.isRoots == true)
        for end in ["", "-wal", "-shm"] { chown(path + end, 0, 0) }
        chown(BoardPlace.folder(of: path), 4_001, 4_001)
        try expectOnlyRead()
        chown(BoardPlace.folder(of: path), 0, 0)
        #expect(try open().objection == nil)
    }

    @Test(
        "Beside one's own file, what another left is not taken for a part of it",
        .enabled(if: geteuid() == 0, "only root gives files away"))
    func othersCompanions() throws {
        for end in BoardPlace.companions {
            let kept = FileManager.default.contents(atPath: path + end)
            try Data("their own".utf8).write(to: URL(fileURLWithPath: path + end))
            chown(path + end, 4_001, 4_001)
            #expect(throws: BoardError.self) { try open() }
            #expect(throws: BoardError.self) { try open(.reading) }
            unlink(path + end)
            if let kept, end == "-wal" {
                try kept.write(to: URL(fileURLWithPath: path + end))
                chmod(path + end, 0o600)
            }
        }
        #expect(try open().objection == nil)
    }

    @Test("A pipe, a link or a folder beside the file is no part of it, and is not waited for")
    func strangeCompanions() throws {
        unlink(path + "-shm")
        for end in ["-journal", "-shm"] {
            mkfifo(path + end, 0o600)
            #expect(throws: BoardError.self) { try open() }
            unlink(path + end)
            symlink("/etc/passwd", path + end)
            #expect(throws: BoardError.self) { try open() }
            unlink(path + end)
        }
        #expect(try open().objection == nil)
    }

    @Test("A pipe or a device is no board")
    func special() throws {
        mkfifo(path + "2", 0o600)
        for special in [path + "2", "/dev/null", "/dev/zero"] {
            let error = #expect(throws: BoardError.self) { try Board.open(special) }
            #expect(error?.code == .notUnderstood)
        }
    }

    @Test("In a folder where others may put files, their names are taken before SQLite looks")
    func reserved() throws {
        for end in BoardPlace.companions { unlink(path + end) }
        folder(0o1777)
        try open().close()
        for end in BoardPlace.companions {
            #expect(mode(path + end) == 0o600, "\(end)")
        }
    }

    @Test("Nobody else can read what is made here")
    func quiet() throws {
        let made = try Board.found(
            at: boards.folder.file("made.sqlite"), name: "", ballot: .agree,
            environment: .virtual(boards.clock, seed: 9))
        try made.write([Draft(by: nil, .board(setting: "name", value: "Quiet"))])
        try made.backup(to: boards.folder.file("safe.sqlite"))
        let folder = BoardPlace.folder(of: made.path)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("made") || $0.hasPrefix("safe") }
        #expect(Set(names).isSuperset(of: ["made.sqlite", "made.sqlite-wal", "safe.sqlite.key"]))
        for name in names { #expect(mode(folder + "/" + name) == 0o600, "\(name)") }
    }

    @Test("What older versions left open to others is closed at the next opening")
    func narrowing() throws {
        for end in ["", "-wal", "-shm"] { chmod(path + end, 0o644) }
        let board = try open(.reading)
        #expect(Set(board.narrowed) == Set(["", "-wal", "-shm"].map { path + $0 }))
        for end in ["", "-wal", "-shm"] { #expect(mode(path + end) == 0o600, "\(end)") }
        board.close()
        #expect(try open().narrowed == [])
    }

    @Test("What is no board keeps its mode, whoever names it by mistake")
    func notNarrowed() throws {
        let other = path + "2"
        let queue = try DatabaseQueue(path: other)
        try queue.write { try $0.execute(sql: "CREATE TABLE idea(title TEXT)") }
        try queue.close()
        chmod(other, 0o644)
        #expect(throws: BoardError.self) { try Board.open(other) }
        #expect(mode(other) == 0o644)
    }

    @Test("Of a file that its owner writes meanwhile, nothing that may be torn is told")
    func overtaken() throws {
        // Written over in place: another's file is read as it was, or not at all.
        chmod(path, 0o666)
        let stranger = try open()
        #expect(try stranger.snapshot().lastArrival == 1)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    INSERT INTO setting(name, value) VALUES('a', 'b');
                    PRAGMA wal_checkpoint(TRUNCATE);
                    INSERT INTO setting(name, value) VALUES('c', 'd');
                    """)
        }
        let error = #expect(throws: BoardError.self) { try stranger.snapshot() }
        #expect(error?.code == .busy)
        #expect(try open().setting("c") == "d")
    }
}
