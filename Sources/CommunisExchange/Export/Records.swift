import CommunisCore
import CommunisStore
import Foundation

extension Milliseconds {
    /// ISO 8601, UTC, with milliseconds: `2026-11-01T09:30:00.000Z`.
    package var iso8601: String {
        // Whole seconds, and the rest by hand: a fraction of a second is no exact Double, and the
        // style cuts it, a millisecond too low for half of all times.
        let seconds = Date(timeIntervalSince1970: Double(sinceEpoch / 1000))
            .formatted(Date.ISO8601FormatStyle())
        let fraction = String(sinceEpoch % 1000 + 1000).dropFirst()
        return "\(seconds.dropLast()).\(fraction)Z"
    }

    /// The day alone: `2026-11-01`.
    package var day: String { String(iso8601.prefix(10)) }
}

extension Ballot {
    /// As numbers have it in exports: 1 agree, -1 disagree, 0 pass; `nil` for a withdrawn one.
    package var number: Int? {
        switch self {
        case .agree: 1
        case .disagree: -1
        case .pass: 0
        case .withdrawn: nil
        }
    }
}

/// An idea in JSON: the keys of `list --json` and `top --format json`.
package struct IdeaRecord: Encodable, Sendable {
    var id, ref, title, need, status: String
    var score, agree, disagree, pass, comments: Int
    var facets, tags: [String]
    var createdAt: String
    @Present var createdBy: String?
    @Present var source: String?

    package init(_ idea: IdeaSummary) {
        id = idea.id.base32
        ref = idea.ref
        title = idea.title
        need = idea.need
        status = idea.status.name
        score = idea.score
        agree = idea.tally.agree
        disagree = idea.tally.disagree
        pass = idea.tally.pass
        comments = idea.comments
        facets = idea.facets
        tags = idea.tags
        createdAt = idea.createdAt.iso8601
        createdBy = idea.createdBy
        source = idea.source
    }
}

/// A value that JSON shows as `null` where it is missing, so that every row has every key.
@propertyWrapper
package struct Present<Value: Encodable & Sendable>: Encodable, Sendable {
    package var wrappedValue: Value?

    package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue {
            try container.encode(wrappedValue)
        } else {
            try container.encodeNil()
        }
    }
}

/// JSON as every command prints it: what no terminal may get stands in it as `\u202E`.
package enum JSONOutput {
    package static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(value), as: UTF8.self)
        return json.escapingUnprintable + "\n"
    }
}
