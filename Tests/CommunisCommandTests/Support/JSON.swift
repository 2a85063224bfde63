import Foundation
import Testing

/// A parsed JSON value that tests walk through.
struct JSON {
    let value: Any

    init(_ value: Any) { self.value = value }

    subscript(_ key: String) -> JSON { JSON((value as? [String: Any])?[key] ?? Missing()) }
    subscript(_ index: Int) -> JSON {
        let items = items
        return items.indices.contains(index) ? items[index] : JSON(Missing())
    }

    private struct Missing {}

    var items: [JSON] { (value as? [Any])?.map(JSON.init) ?? [] }
    var keys: Set<String> { Set((value as? [String: Any])?.keys.map { $0 } ?? []) }
    var string: String? { value as? String }
    var int: Int? { value as? Int }
    var double: Double? { (value as? NSNumber)?.doubleValue }
    var bool: Bool? { value as? Bool }
    var isNull: Bool { value is NSNull }
    var isList: Bool { value is [Any] }
    var strings: [String]? { value as? [String] }

    /// Whether it is a time as the contract has it: ISO 8601, UTC, milliseconds.
    var isTime: Bool {
        string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil
    }
}

/// The keys of the contract.
enum Keys {
    static let idea: Set = [
        "id", "ref", "title", "need", "status", "score", "agree", "disagree", "pass", "comments",
        "facets", "tags", "createdAt", "createdBy", "source",
    ]
    static let traffic: Set = ["changesets", "changes", "bytes"]
    /// What every sync reports; more may follow.
    static let sync: Set = [
        "peer", "mode", "roundTrips", "sent", "received", "reconciliationBytes", "equal", "seconds",
    ]
    static let verify: Set = [
        "ok", "changesets", "changes", "held", "parked", "fingerprint", "horizon", "viewVersion",
        "view",
    ]
}
