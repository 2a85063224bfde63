import Foundation

extension Board {
    /// Errors if a path names a board's file, what SQLite keeps beside one, or a key: no document may
    /// be written in its place.
    package static func checkIsNotABoards(_ path: String) throws(BoardError) {
        let path = absolute(path)
        let parts = BoardPlace.companions + [KeyFile.path(beside: "")]
        let isPart = parts.contains { part in
            path.hasSuffix(part) && isBoard(String(path.dropLast(part.count)))
        }
        guard !isPart, !isBoard(path) else {
            throw BoardError(.exists, "\(path) is part of a board", "name another file")
        }
    }

    /// Whether a file begins as a board does (https://www.sqlite.org/fileformat2.html#the_database_header).
    private static func isBoard(_ path: String) -> Bool {
        guard FileStatus(path)?.isRegular == true, let handle = FileHandle(forReadingAtPath: path),
            let header = try? handle.read(upToCount: 72), header.count == 72
        else { return false }
        let application = header[68..<72].reduce(0) { $0 << 8 | Int32($1) }
        return header.starts(with: "SQLite format 3\0".utf8) && application == applicationID
    }
}
