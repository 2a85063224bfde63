import CommunisCore
import CommunisStore
import Foundation

/// Reads comma-separated values strictly as RFC 4180 has them, in UTF-8, with line ends of LF or
/// CRLF and perhaps a byte order mark.
///
/// What other readers repair in silence (an unclosed quotation mark, a row with too few cells) is
/// an error here with its row, since a repaired row is somebody's vote in the wrong column.
package struct CSVReader {
    /// A cell holds at most so many bytes; the memory a row takes is bounded by it.
    static let cellLimit = 1_024 * 1_024
    static let columnLimit = 100_000

    /// How a file of this kind is written.
    package struct Dialect: Sendable {
        /// What parts the cells.
        var separator = UInt8(ascii: ",")
        /// Whether a quotation mark inside a cell without them is a character like others.
        var takesInnerQuotes = false

        package static let standard = Dialect()
    }

    private let file: String
    private let dialect: Dialect
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// The row read last; the header is row 1.
    private(set) var row = 0
    private(set) var bytesRead = 0

    /// - Parameters:
    ///   - file: what the file is called in messages.
    ///   - advice: what to do where there is none.
    package init(
        path: String, file: String, dialect: Dialect = .standard,
        advice: Phrase = "name a folder that holds one"
    ) throws(ExchangeError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            !isFolder.boolValue
        else {
            throw ExchangeError(.notFound, "there is no file \(file)", advice)
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ExchangeError(.inputOutput, "\(file) cannot be read", "make it readable for you")
        }
        self.dialect = dialect
        self.file = file
        self.handle = handle
        try fill()
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The cells of the next row, or `nil` at the end of the file. Lines without any character
    /// are passed over.
    package mutating func next() throws(ExchangeError) -> [String]? {
        while let byte = try peek() {
            if byte == UInt8(ascii: "\n") {
                position += 1
            } else if byte == UInt8(ascii: "\r") {
                position += 1
                guard try peek() == UInt8(ascii: "\n") else {
                    row += 1
                    throw fault("a carriage return stands alone")
                }
            } else {
                row += 1
                return try cells()
            }
        }
        return nil
    }

    private mutating func cells() throws(ExchangeError) -> [String] {
        var cells: [String] = []
        while true {
            cells.append(try cell())
            guard cells.count <= Self.columnLimit else { throw fault("too many columns") }
            guard let byte = try take() else { return cells }
            switch byte {
            case dialect.separator: continue
            case UInt8(ascii: "\n"): return cells
            case UInt8(ascii: "\r"):
                guard try take() == UInt8(ascii: "\n") else {
                    throw fault("a carriage return stands alone")
                }
                return cells
            default: throw fault("text follows a closing quotation mark")
            }
        }
    }

    /// Reads up to the comma or line end after a cell, which is left.
    private mutating func cell() throws(ExchangeError) -> String {
        var bytes: [UInt8] = []
        let isQuoted = try peek() == UInt8(ascii: "\"")
        if isQuoted { position += 1 }
        while true {
            guard let byte = try peek() else {
                if isQuoted { throw fault("a quotation mark is not closed") }
                break
            }
            if isQuoted {
                position += 1
                if byte == UInt8(ascii: "\"") {
                    guard try peek() == UInt8(ascii: "\"") else { break }
                    position += 1
                }
            } else {
                if byte == dialect.separator || byte == UInt8(ascii: "\n")
                    || byte == UInt8(ascii: "\r")
                {
                    break
                }
                if byte == UInt8(ascii: "\""), !dialect.takesInnerQuotes {
                    throw fault("a quotation mark stands inside an unquoted cell")
                }
                position += 1
            }
            if byte == 0 { throw fault("a NUL byte") }
            bytes.append(byte)
            if bytes.count > Self.cellLimit { throw fault("a cell is larger than 1 MB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw fault("a cell is not valid UTF-8")
        }
        return text
    }

    func fault(_ problem: Phrase) -> ExchangeError { .row(row, of: file, problem) }

    private mutating func take() throws(ExchangeError) -> UInt8? {
        let byte = try peek()
        if byte != nil { position += 1 }
        return byte
    }

    private mutating func peek() throws(ExchangeError) -> UInt8? {
        if position < buffer.count { return buffer[position] }
        if isAtEnd { return nil }
        try fill()
        return position < buffer.count ? buffer[position] : nil
    }

    private mutating func fill() throws(ExchangeError) {
        do {
            buffer = Array(try handle.read(upToCount: 64 * 1_024) ?? Data())
        } catch {
            throw ExchangeError(.inputOutput, "\(file) cannot be read", "check the disk")
        }
        position = 0
        bytesRead += buffer.count
        isAtEnd = buffer.isEmpty
    }
}
