import CommunisCore
import CommunisStore
import Foundation

/// A file with one JSON list.
struct JSONFile {
    /// Larger files are not read: JSON has to be in memory whole.
    static let sizeLimit = 256 * 1_024 * 1_024

    /// Where something stands; rows count from 1.
    struct Place {
        var file: String
        var row: Int

        func fault(_ problem: Phrase) -> ExchangeError { .row(row, of: file, problem) }

        func moment(
            _ text: String, _ key: String, until last: Milliseconds
        ) throws(ExchangeError) -> Milliseconds {
            guard let moment = ImportedTime.parse(text) else {
                throw fault("\(key) is \(text.quoted), no time such as 2026-11-01T09:30:00Z")
            }
            guard moment <= last else { throw fault("\(key) \(text.quoted) lies in the future") }
            return moment
        }
    }

    let path: String
    var name: String { path.printable }

    /// The values of the list, all of one type.
    func list<Value: Decodable>(_ type: Value.Type) throws(ExchangeError) -> [Value] {
        let data = try data()
        do {
            return try JSONDecoder().decode([Value].self, from: data)
        } catch {
            throw fault(error)
        }
    }

    private func data() throws(ExchangeError) -> Data {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
            throw ExchangeError(.notFound, "there is no file \(name)", "name a file that is there")
        }
        guard (attributes[.size] as? Int) ?? 0 <= Self.sizeLimit else {
            throw ExchangeError(
                .notUnderstood, "\(name) is larger than 256 MB", "import it in several files")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ExchangeError(.inputOutput, "\(name) cannot be read", "make it readable for you")
        }
    }

    /// What is wrong with it, as far as the decoder tells.
    private func fault(_ error: any Error) -> ExchangeError {
        let context: DecodingError.Context? =
            switch error as? DecodingError {
            case .typeMismatch(_, let context), .valueNotFound(_, let context),
                .keyNotFound(_, let context):
                context
            default: nil
            }
        // The first step is the place in the list, where the list itself was understood.
        if let context, let row = context.codingPath.first?.intValue {
            if case .keyNotFound(let key, _) = error as? DecodingError {
                return Place(file: name, row: row + 1).fault("there is no \(key.stringValue)")
            }
            let key = context.codingPath.last?.stringValue ?? ""
            return Place(file: name, row: row + 1).fault("\(key) is not what it should be")
        }
        return ExchangeError(
            .notUnderstood, "\(name) is no JSON list, or is cut off",
            "download it again; nothing was imported")
    }
}
