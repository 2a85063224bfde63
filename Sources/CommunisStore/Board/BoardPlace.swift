import CommunisCore
import Foundation

/// Where a board's file lies, and whether this account is the only one that can have written it.
///
/// Whoever can write a board's file can write what waits in it to be sealed, and with it say anything
/// in the name of its key. So a file is used as this account's own only if it belongs to the account
/// and nobody else may write it or put another in its place, as git and ssh have it
/// (https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory). Every other file
/// is read, and with it nothing is written or signed.
struct BoardPlace {
    /// The file, absolute and without links.
    let path: String
    /// Why the file is not used as this account's own; `nil` where it is.
    let objection: BoardError?
    /// Whether others may put files beside it, as in /tmp, but not replace those of this account.
    let isShared: Bool

    /// What SQLite keeps beside a file while it is used.
    static let companions = ["-wal", "-shm", "-journal"]

    /// - Throws: `notFound`, or `notUnderstood` for what is no file.
    init(_ path: String) throws(BoardError) {
        guard let file = FileStatus(path) else { throw .noBoard(path) }
        guard file.isRegular else { throw .notABoard(path) }
        let folder = FileStatus(Self.folder(of: path))
        self.path = path
        isShared = folder?.isFolderWritableByOthers == true && folder?.isSticky == true
        let companions = Self.companions.map { path + $0 }
        // A pipe or a link is none that SQLite made: to open it may never end. Nor is what belongs to
        // another account than the file: SQLite takes over what it holds, and run by root it gives
        // what it opens there to the owner of the file.
        for companion in companions {
            guard let status = FileStatus(companion) else { continue }
            guard status.isRegular else { throw .strangeCompanion(companion) }
            guard status.owner == file.owner else { throw .companionOfOthers(companion, path) }
        }
        guard file.isOwn else {
            objection = .othersBoard(path)
            return
        }
        for each in [path] + companions {
            guard FileStatus(each)?.isWritableByOthers == true else { continue }
            objection = .writableByOthers(each)
            return
        }
        objection = Self.objectionToFolder(of: path)
    }

    /// Why a board in this folder is not this account's own; `nil` where it can be.
    static func objectionToFolder(of path: String) -> BoardError? {
        let name = folder(of: path)
        guard let folder = FileStatus(name), folder.isFolder else { return .noBoard(path) }
        guard folder.isOwn || folder.isRoots else { return .folderOfOthers(name, path) }
        if folder.isFolderWritableByOthers && !folder.isSticky { return .openFolder(name, path) }
        // Whoever may rename a folder above it may put another in its place.
        var above = self.folder(of: name)
        while above != self.folder(of: above) {
            defer { above = self.folder(of: above) }
            guard let folder = FileStatus(above) else { continue }
            guard folder.isOwn || folder.isRoots || folder.isOfNobodyHere else {
                return .folderOfOthers(above, path)
            }
            if folder.isFolderWritableByOthers && !folder.isSticky {
                return .openFolder(above, path)
            }
        }
        return nil
    }

    static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    // MARK: - Quiet files

    /// Makes a new, empty file that only this account can read, whatever the umask. What SQLite keeps
    /// beside it gets the same mode (its `findCreateFileMode`).
    static func reserve(_ path: String) throws(BoardError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? .exists(path)
                : BoardError(
                    .inputOutput, "\(path) cannot be written", "make its folder writable for you")
        }
        close(descriptor)
    }

    /// Takes the names that SQLite uses beside a file, where others may put files there: what they
    /// put under these names would be read as a part of the board.
    ///
    /// What is there already is looked at again: another may have put it there since.
    func reserveCompanions() throws(BoardError) {
        guard isShared else { return }
        for companion in Self.companions.map({ path + $0 }) {
            do { try Self.reserve(companion) } catch {
                guard error.code == .exists else { throw error }
                guard let status = FileStatus(companion), status.isRegular else {
                    throw .strangeCompanion(companion)
                }
                guard status.isOwn, !status.isWritableByOthers else {
                    throw .companionOfOthers(companion, path)
                }
            }
        }
    }

    /// Takes from other accounts what they may do with the file and with what lies beside it, as
    /// older versions left them.
    ///
    /// - Returns: the names of those that others could read.
    func narrow() -> [String] {
        ([path] + Self.companions.map { path + $0 }).filter { name in
            guard let status = FileStatus(name), status.isOwn, status.isOpenToOthers else {
                return false
            }
            // By name: nobody else can put another in its place here.
            return chmod(name, status.narrowedMode) == 0
        }
    }
}

extension BoardError {
    package static func othersBoard(_ path: String) -> Self {
        Self(
            .notPermitted, "\(path) belongs to another account: this one only reads it",
            "clone it to write on a copy of your own, or run this as its owner")
    }

    fileprivate static func folderOfOthers(_ folder: String, _ path: String) -> Self {
        Self(
            .notPermitted,
            "\(folder) belongs to another account, which can replace \(path): a board there is only read",
            "move the board and its key to a folder of your own")
    }

    fileprivate static func openFolder(_ folder: String, _ path: String) -> Self {
        Self(
            .notPermitted,
            "other accounts may write \(folder), and so replace \(path): a board there is only read",
            "run: chmod go-w \(folder.shownAsFile)")
    }

    fileprivate static func writableByOthers(_ path: String) -> Self {
        Self(
            .notPermitted, "other accounts may write \(path): the board is only read",
            "see in `communis log` that nobody did, then run: chmod 600 \(path.shownAsFile)")
    }

    fileprivate static func strangeCompanion(_ path: String) -> Self {
        Self(
            .notPermitted, "\(path) is not a file that communis makes: the board is not opened",
            "find out who put it there, and move it elsewhere")
    }

    /// Never to be deleted: it may hold the board's newest changes.
    fileprivate static func companionOfOthers(_ companion: String, _ path: String) -> Self {
        Self(
            .notPermitted,
            "\(companion) and \(path) belong to different accounts: the board is not opened",
            "give all of the board's files to one account with chown; delete none: the newest changes are in the -wal"
        )
    }
}

extension String {
    /// A path as a word of a command that is shown.
    var shownAsFile: String { shown(orElse: "FILE").shellWord }
}
