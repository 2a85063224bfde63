import CommunisCore
import CommunisStore

/// What a column of another tool's ideas can mean. The names are those of `--map`.
package enum PostField: String, CaseIterable, Sendable {
    case title, need, body, status, note, tags, category, facets, created, author, email, id
    case votes, comments
    /// The id of the idea that this one repeats.
    case original

    /// Those that a person can name a column for.
    package static let mappable = allCases.filter { $0 != .original }
}

/// Which column of a file means what.
struct PostColumns {
    /// The column of each field.
    private(set) var columns: [PostField: String] = [:]

    /// The headers by which each field is known, the likelier first; in small letters, without
    /// spaces, underscores and hyphens.
    static let names: [PostField: [String]] = [
        .title: [
            "title", "ideatitle", "idea", "subject", "summary", "suggestion", "posttitle", "name",
        ],
        .need: ["need", "problem", "why"],
        .body: [
            "body", "description", "content", "details", "ideadescription", "text", "proposal",
        ],
        .status: ["status", "state", "publicstatusname", "statusname"],
        .note: [
            "statusnote", "note", "response", "officialresponse", "publicstatusupdatemessage",
            "statusmessage", "answer",
        ],
        .tags: ["tags", "labels", "tag", "label"],
        .category: ["category", "categories", "categoryname", "board"],
        .facets: ["facets", "facet"],
        .created: [
            "createdat", "created", "createddate", "datecreated", "createdon", "createdtimestamp",
            "submittedat", "submitted", "date",
        ],
        .author: [
            "authorname", "author", "createdby", "creatorname", "creator", "ideacreatorname",
            "submittedby", "username",
        ],
        .email: [
            "authoremail", "email", "emailaddress", "creatoremail", "ideacreatoremailaddress",
            "useremail",
        ],
        .id: ["sourceid", "id", "ideaid", "postid", "number", "key", "ref"],
        .votes: [
            "votes", "votecount", "votescount", "voterscount", "upvotes", "numvotes", "supporters",
        ],
        .comments: ["commentscount", "commentcount", "numcomments"],
    ]

    /// Finds the columns of a header by their common names.
    ///
    /// - Parameter mapping: columns that a person named.
    init(_ table: CSVTable, mapping: [PostField: String]) throws(ExchangeError) {
        var byName: [String: String] = [:]
        var doubled: Set<String> = []
        for column in table.header {
            let name = ColumnName.simplified(column)
            if byName.updateValue(column, forKey: name) != nil { doubled.insert(name) }
        }
        for field in PostField.allCases {
            if let column = mapping[field] {
                guard table.header.contains(column) else {
                    throw Self.missing("no column \(column.quoted)", table)
                }
                columns[field] = column
            } else if let name = Self.names[field]?.first(where: { byName[$0] != nil }) {
                // Two columns of one name: which one is meant nobody can tell.
                guard !doubled.contains(name) else {
                    throw table.fault("several columns are called \((byName[name] ?? name).quoted)")
                }
                columns[field] = byName[name]
            }
        }
        guard columns[.title] != nil else { throw Self.missing("no column for the title", table) }
    }

    /// The columns that a tool is known to write.
    init(
        _ table: CSVTable, tool: [PostField: String], required: [PostField]
    ) throws(ExchangeError) {
        for (field, column) in tool where table.header.contains(column) { columns[field] = column }
        let missing = required.filter { columns[$0] == nil }.compactMap { tool[$0] }
        guard missing.isEmpty else {
            throw table.fault("no column \(missing.joined(separator: ", "))")
        }
    }

    private static func missing(_ problem: Phrase, _ table: CSVTable) -> ExchangeError {
        let shown = table.header.prefix(10).map(\.quoted).joined(separator: ", ")
        let columns = table.header.count > 10 ? "\(shown), …" : shown
        return ExchangeError(
            .notUnderstood, "\(table.file), row 1: \(problem) among \(columns)",
            "say which it is, such as --map title=COLUMN; nothing was imported")
    }
}
