import CommunisCore
import CommunisStore
import Foundation

/// A participatory budget with its votes, as PaBuLib keeps it (https://pabulib.org/format): UTF-8,
/// the sections META, PROJECTS and VOTES, each its name on a line, then a header, then rows; cells
/// parted by `;`, lists inside a cell by `,`.
struct PaBuLibFile {
    struct Project {
        var row: Int
        var id: String
        var cost: String
        var name: String
        var category: String
    }

    struct Vote {
        var row: Int
        var voter: String
        /// The projects that the voter is for.
        var projects: [String]
    }

    private enum Section: String, CaseIterable {
        case meta = "META"
        case projects = "PROJECTS"
        case votes = "VOTES"

        var required: [String] {
            switch self {
            case .meta: ["key", "value"]
            case .projects: ["project_id", "cost"]
            case .votes: ["voter_id", "vote"]
            }
        }
    }

    /// What a vote says of the projects that it lists.
    private enum VoteType: String, CaseIterable {
        /// A set.
        case approval
        /// A ranking.
        case ordinal
        /// Points stand beside them.
        case cumulative, scoring
    }

    private let file: String
    private(set) var meta: [String: String] = [:]
    private(set) var projects: [Project] = []
    private(set) var votes: [Vote] = []
    private var type: VoteType?
    /// The rows of the projects and of the voters.
    private var projectRows: [String: Int] = [:]
    private var voterRows: [String: Int] = [:]

    /// - Parameter progress: called with the bytes read.
    init(path: String, progress: (Int) -> Void) throws(ExchangeError) {
        file = path.printable
        let dialect = CSVReader.Dialect(
            separator: UInt8(ascii: ";"), takesInnerQuotes: true)
        var reader = try CSVReader(
            path: path, file: file, dialect: dialect, advice: "name a file that is there")
        var section: Section?
        var header: [String]?
        var seen: [Section] = []
        while let cells = try reader.next() {
            let cells = cells.map { $0.trimmingCharacters(in: .whitespaces) }
            let rest = cells.dropFirst().allSatisfy(\.isEmpty)
            if rest, cells[0].isEmpty { continue }
            if rest, let next = Section(rawValue: cells[0].uppercased()) {
                try check(header == nil && section != nil, section, reader.row)
                guard !seen.contains(next), seen.count == Section.allCases.firstIndex(of: next)
                else { throw fault(reader.row, "section \(next.rawValue) stands in a wrong place") }
                seen.append(next)
                (section, header) = (next, nil)
                if next == .projects { try readType(reader.row) }
                continue
            }
            guard let section else {
                throw fault(reader.row, "the file does not begin with META")
            }
            guard let names = header else {
                header = cells.map { $0.lowercased() }
                let missing = section.required.filter { header?.contains($0) != true }
                guard missing.isEmpty else {
                    throw fault(
                        reader.row,
                        "\(section.rawValue) has no column \(missing.joined(separator: ", "))")
                }
                continue
            }
            try read(cells, names, section, reader.row)
            if reader.row.isMultiple(of: 1_024) { progress(reader.bytesRead) }
        }
        try checkWhole(seen)
        progress(reader.bytesRead)
    }

    private func fault(_ row: Int, _ problem: Phrase) -> ExchangeError {
        .row(row, of: file, problem)
    }

    private func check(
        _ isWithoutHeader: Bool, _ section: Section?, _ row: Int
    ) throws(ExchangeError) {
        if isWithoutHeader, let section {
            throw fault(row, "section \(section.rawValue) has no header")
        }
    }

    private mutating func read(
        _ cells: [String], _ names: [String], _ section: Section, _ row: Int
    ) throws(ExchangeError) {
        // A text in META may hold the separator.
        let isLongText = section == .meta && cells.count > names.count
        guard cells.count == names.count || isLongText else {
            throw fault(row, "\(cells.count) cells where the header has \(names.count)")
        }
        func cell(_ name: String) -> String {
            names.firstIndex(of: name).map { cells[$0] } ?? ""
        }
        switch section {
        case .meta:
            meta[cell("key").lowercased()] =
                isLongText ? cells.dropFirst().joined(separator: ";") : cell("value")
        case .projects: try readProject(row, cell)
        case .votes: try readVote(row, cell)
        }
    }

    private mutating func readType(_ row: Int) throws(ExchangeError) {
        let name = meta["vote_type"] ?? ""
        guard let type = VoteType(rawValue: name.lowercased()) else {
            let known = VoteType.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(row, "META says vote_type \(name.quoted), none of \(known)")
        }
        self.type = type
    }

    private mutating func readProject(
        _ row: Int, _ cell: (String) -> String
    ) throws(ExchangeError) {
        let (id, cost) = (CleanText.line(cell("project_id")), cell("cost"))
        guard !id.isEmpty else { throw fault(row, "project_id is empty") }
        guard let amount = Double(cost), amount >= 0, amount.isFinite else {
            throw fault(row, "cost is \(cost.quoted), not a number")
        }
        if let other = projectRows.updateValue(row, forKey: id) {
            throw fault(row, "project \(id.quoted) stands in row \(other) too")
        }
        projects.append(
            Project(
                row: row, id: id, cost: cost, name: CleanText.line(cell("name")),
                category: cell("category")))
    }

    private mutating func readVote(
        _ row: Int, _ cell: (String) -> String
    ) throws(ExchangeError) {
        let voter = CleanText.line(cell("voter_id"))
        guard !voter.isEmpty else { throw fault(row, "voter_id is empty") }
        if let other = voterRows.updateValue(row, forKey: voter) {
            throw fault(row, "voter \(voter.quoted) stands in row \(other) too")
        }
        func list(_ text: String) -> [String] {
            text.isEmpty
                ? []
                : text.split(separator: ",", omittingEmptySubsequences: false).map {
                    CleanText.line(String($0))
                }
        }
        var listed = list(cell("vote"))
        if let unknown = listed.first(where: { projectRows[$0] == nil }) {
            throw fault(row, "vote names \(unknown.quoted), which is no project")
        }
        if type == .cumulative || type == .scoring {
            let points = list(cell("points"))
            guard points.count == listed.count else {
                throw fault(
                    row, "\(points.count) points for \(listed.count) projects")
            }
            var supported: [String] = []
            for (project, text) in zip(listed, points) {
                guard let value = Double(text), value.isFinite else {
                    throw fault(row, "points are \(text.quoted), not a number")
                }
                if value > 0 { supported.append(project) }
            }
            listed = supported
        }
        votes.append(Vote(row: row, voter: voter, projects: listed))
    }

    /// A file that was cut off has fewer rows than it announces.
    private func checkWhole(_ seen: [Section]) throws(ExchangeError) {
        let missing = Section.allCases.filter { !seen.contains($0) }.map(\.rawValue)
        guard missing.isEmpty else {
            throw ExchangeError(
                .notUnderstood, "\(file) has no section \(missing.joined(separator: ", "))",
                "download it again; nothing was imported")
        }
        for (key, count) in [("num_projects", projects.count), ("num_votes", votes.count)] {
            guard let said = meta[key] else { continue }
            guard Int(said) == count else {
                throw ExchangeError(
                    .notUnderstood, "\(file) has \(count) rows where \(key) says \(said.quoted)",
                    "download it again; nothing was imported")
            }
        }
    }
}
