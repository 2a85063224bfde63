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
        isShared = folder?.isWritableByOthers == true && folder?.isSticky == true
        let companions = Self.companions.map { path + $0 }
        // A pipe or a link is none that SQLite made: to open it may never end. Nor is what belongs to
        // another account than the file: SQLite takes over what it holds, and run by root it gives
        // what it opens there to the owner of the file.
        for companion in companions {
            guard let status = FileStatus(companion) else { continue }
            guard status.isRegular, status.owner == file.owner else {
                throw .strangeCompanion(companion)
            }
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
        return folder.isWritableByOthers && !folder.isSticky ? .openFolder(name, path) : nil
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
    func reserveCompanions() throws(BoardError) {
        guard isShared else { return }
        for companion in Self.companions where FileStatus(path + companion) == nil {
            try Self.reserve(path + companion)
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
            "\(folder) belongs to another account, which can replace \(path): it is only read",
            "move the board and its key to a folder of your own")
    }

    fileprivate static func openFolder(_ folder: String, _ path: String) -> Self {
        Self(
            .notPermitted,
            "other accounts may write \(folder), and so replace \(path): it is only read",
            "run: chmod go-w \(folder.shellQuoted)")
    }

    fileprivate static func writableByOthers(_ path: String) -> Self {
        Self(
            .notPermitted, "other accounts may write \(path): the board is only read",
            "see in `communis log` that nobody did, then run: chmod 600 \(path.shellQuoted)")
    }

    fileprivate static func strangeCompanion(_ path: String) -> Self {
        Self(
            .notPermitted, "\(path) was not made by your communis: the board is not opened",
            "look who put it there, and remove it")
    }
}
