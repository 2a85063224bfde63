import CommunisCore
import CommunisStore

/// Makes ideas of rows that hold an idea each, in the columns of whatever tool wrote them.
struct PostReader {
    /// What the names of its rows begin with, such as `fider:posts`.
    let origin: String
    private let columns: [PostField: String]
    private let context: ImportContext
    /// The row in which each idea stands first, with its title and its place.
    private var rows: [String: (number: Int, title: String, place: Int)] = [:]
    /// Ideas that say which other one they repeat.
    private var originals: [(row: CSVRow, idea: Int, original: String)] = []

    init(origin: String, columns: PostColumns, context: ImportContext) {
        self.origin = origin
        self.columns = columns.columns
        self.context = context
    }

    /// The place of the idea of this name; `nil` where the file has none.
    func idea(_ key: String) -> Int? { rows[key]?.place }

    private func cell(_ field: PostField, _ row: CSVRow) -> String {
        columns[field].map { row.text($0) } ?? ""
    }

    /// What the source calls a row: by its id, else by its title.
    func key(_ row: CSVRow) -> String {
        let id = CleanText.line(cell(.id, row))
        return id.isEmpty ? CleanText.line(cell(.title, row)) : id
    }

    /// - Parameter repeats: whether an idea may stand in several rows, of which the first counts.
    /// - Returns: the place of the idea.
    mutating func read(
        _ row: CSVRow, repeats: Bool = false, into contents: inout ImportedContents
    ) throws(ExchangeError) -> Int {
        let title = CleanText.line(cell(.title, row))
        guard !title.isEmpty else { throw row.fault("the title is empty") }
        let key = key(row)
        let source = "\(origin):\(key)"
        guard source.utf8.count <= Limits.needBytes else {
            throw row.fault("the id is longer than \(Limits.needBytes) bytes")
        }
        if let first = rows[key] {
            guard repeats else {
                throw row.fault("\(key.quoted) stands in row \(first.number) too")
            }
            guard first.title == title else {
                throw row.fault("\(key.quoted) has another title than in row \(first.number)")
            }
            return first.place
        }
        let place = contents.idea(.source(source))
        rows[key] = (row.number, title, place)
        let author = contents.member(
            name: cell(.author, row), address: cell(.email, row), of: origin)
        let texts = try texts(title, row)
        let status = ImportedStatus.status(cell(.status, row), in: &contents)
        contents.ideas.append(
            ImportedContents.Idea(
                place: place, source: source, title: texts.title,
                need: try limited(.need, row, Limits.needBytes), body: texts.body, author: author,
                at: try created(row), status: status,
                statusNote: try limited(.note, row, Limits.textBytes),
                facets: try facets(row), tags: try tags(row)))
        contents.claimedVotes[place] = try count(.votes, row)
        contents.leftOut.comments += try count(.comments, row)
        let original = CleanText.line(cell(.original, row))
        if !original.isEmpty { originals.append((row, place, original)) }
        return place
    }

    /// Joins the ideas that repeat others with these, once all are read.
    func finish(_ contents: inout ImportedContents) throws(ExchangeError) {
        for (row, idea, original) in originals {
            guard let other = self.idea(original),
                let pair = ImportedContents.Pair(idea, other)
            else {
                throw row.fault("it repeats \(original.quoted), which is no other row of the file")
            }
            contents.joins.append(pair)
        }
    }

    // MARK: - Cells

    private func texts(_ title: String, _ row: CSVRow) throws(ExchangeError) -> (
        title: String, body: String
    ) {
        var (title, body) = (title, CleanText.lines(cell(.body, row)))
        if !TextField.title.admits(title) {
            body = body.isEmpty ? title : "\(title)\n\n\(body)"
            title = ImportedText.cut(title, to: Limits.titleScalars)
        }
        guard body.utf8.count <= Limits.textBytes else {
            throw row.fault("the text is longer than \(Limits.textBytes) bytes")
        }
        return (title, body)
    }

    private func limited(
        _ field: PostField, _ row: CSVRow, _ bytes: Int
    ) throws(ExchangeError) -> String {
        let text = CleanText.lines(cell(field, row))
        guard text.utf8.count <= bytes else {
            throw row.fault("\(columns[field] ?? field.rawValue) is longer than \(bytes) bytes")
        }
        return text
    }

    private func created(_ row: CSVRow) throws(ExchangeError) -> Milliseconds? {
        let text = CleanText.line(cell(.created, row))
        guard let column = columns[.created], !text.isEmpty else { return context.date }
        return try row.moment(text, of: column, until: context.last)
    }

    /// A number of things of which the file says no more.
    private func count(_ field: PostField, _ row: CSVRow) throws(ExchangeError) -> Int {
        let text = CleanText.line(cell(field, row))
        if text.isEmpty { return 0 }
        guard let count = Int(text), count >= 0, count < 1_000_000_000 else {
            throw row.fault("\(columns[field] ?? field.rawValue) is \(text.quoted), not a number")
        }
        return count
    }

    private func tags(_ row: CSVRow) throws(ExchangeError) -> [String] {
        var tags: [String] = []
        for name in CellList.split(cell(.tags, row)) + CellList.split(cell(.category, row)) {
            let tag = CleanText.line(name).lowercased()
            if tag.isEmpty || tags.contains(tag) { continue }
            guard Limits.isName(tag) else {
                throw row.fault("a tag is longer than \(Limits.nameScalars) characters")
            }
            tags.append(tag)
        }
        return tags
    }

    private func facets(_ row: CSVRow) throws(ExchangeError) -> [String] {
        var facets: [String] = []
        for name in CellList.split(cell(.facets, row)).map({ CleanText.line($0).lowercased() }) {
            guard Facet(rawValue: name) != nil else {
                let known = Facet.allCases.map(\.rawValue).joined(separator: ", ")
                throw row.fault("facet \(name.quoted) is none of \(known)")
            }
            if !facets.contains(name) { facets.append(name) }
        }
        return facets
    }
}
