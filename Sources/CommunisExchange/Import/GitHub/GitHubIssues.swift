import CommunisCore
import CommunisStore
import Foundation

/// Issues as GitHub's REST API lists them (https://docs.github.com/rest/issues/issues, "List
/// repository issues"), in files of one page each, and the reactions to them.
package enum GitHubIssues {
    fileprivate struct Issue: Decodable {
        struct User: Decodable { var login: String }
        struct Label: Decodable {
            var name: String?

            init(from decoder: any Decoder) throws {
                // Older exports have bare names.
                if let name = try? decoder.singleValueContainer().decode(String.self) {
                    self.name = name
                } else {
                    name = try decoder.container(keyedBy: Keys.self)
                        .decodeIfPresent(String.self, forKey: .name)
                }
            }

            private enum Keys: CodingKey { case name }
        }
        struct Reactions: Decodable {
            var up: Int?
            var down: Int?

            private enum CodingKeys: String, CodingKey {
                case up = "+1"
                case down = "-1"
            }
        }
        struct PullRequest: Decodable {}

        var number: Int
        var title: String
        var body: String?
        var user: User?
        var labels: [Label]?
        var created_at: String
        var state: String?
        var state_reason: String?
        var comments: Int?
        var reactions: Reactions?
        var html_url: String?
        var pull_request: PullRequest?
    }

    fileprivate struct Reaction: Decodable {
        var user: Issue.User?
        var content: String
        var created_at: String
    }

    /// Reads all files whole before anything is imported.
    ///
    /// - Parameters:
    ///   - reactions: a folder that holds for some issues a NUMBER.json, the list of its reactions.
    ///   - source: the repository's name, where the issues do not say it.
    package static func read(
        _ paths: [String], reactions: String?, source: String?, context: ImportContext,
        progress: (Int, Int) -> Void
    ) throws(ExchangeError) -> ImportedContents {
        var isFolder: ObjCBool = false
        if let reactions,
            !FileManager.default.fileExists(atPath: reactions, isDirectory: &isFolder)
                || !isFolder.boolValue
        {
            throw ExchangeError(
                .notFound, "there is no folder \(reactions.quoted)",
                "name the folder that holds the reactions")
        }
        var contents = ImportedContents()
        var places: [String: String] = [:]
        for (done, path) in paths.enumerated() {
            progress(done, paths.count)
            let file = JSONFile(path: path)
            for (index, issue) in try file.list(Issue.self).enumerated() {
                if issue.pull_request != nil {
                    contents.leftOut.pullRequests += 1
                    continue
                }
                let place = JSONFile.Place(file: file.name, row: index + 1)
                let origin = origin(of: issue, source, path)
                let name = "\(origin):\(issue.number)"
                if let other = places.updateValue("\(place.file), row \(place.row)", forKey: name) {
                    throw place.fault("issue \(issue.number) stands in \(other) too")
                }
                let idea = try add(issue, name, place, context, &contents)
                if let reactions {
                    try add(
                        reactions: "\(reactions)/\(issue.number).json", of: idea, context, &contents
                    )
                }
            }
        }
        return contents
    }

    /// What issues' names begin with: the name that a person gave, else the repository, which the
    /// address of an issue tells, else the file's name.
    private static func origin(of issue: Issue, _ source: String?, _ path: String) -> String {
        let parts = (issue.html_url ?? "").split(separator: "/", omittingEmptySubsequences: true)
        // https: / host / owner / repository / issues / number
        if source == nil, parts.count == 6, parts[4] == "issues" {
            return "github:\(CleanText.line("\(parts[2])/\(parts[3])"))"
        }
        return "github:\(ImportedName.source(source, path: path))"
    }

    /// - Returns: the place of the idea.
    private static func add(
        _ issue: Issue, _ name: String, _ place: JSONFile.Place, _ context: ImportContext,
        _ contents: inout ImportedContents
    ) throws(ExchangeError) -> Int {
        var title = CleanText.line(issue.title)
        var body = CleanText.lines(issue.body ?? "")
        guard !title.isEmpty else { throw place.fault("the title is empty") }
        if !TextField.title.admits(title) {
            body = body.isEmpty ? title : "\(title)\n\n\(body)"
            title = ImportedText.cut(title, to: Limits.titleScalars)
        }
        guard body.utf8.count <= Limits.textBytes, name.utf8.count <= Limits.needBytes else {
            throw place.fault("the text is longer than \(Limits.textBytes) bytes")
        }
        var tags: [String] = []
        for label in (issue.labels ?? []).compactMap(\.name) {
            let tag = CleanText.line(label).lowercased()
            guard Limits.isName(tag) else {
                throw place.fault("a label is longer than \(Limits.nameScalars) characters")
            }
            if !tag.isEmpty, !tags.contains(tag) { tags.append(tag) }
        }
        let idea = contents.idea(.source(name))
        let isOpen = issue.state != "closed"
        let status = isOpen ? issue.state ?? "open" : issue.state_reason ?? "closed"
        contents.ideas.append(
            ImportedContents.Idea(
                place: idea, source: name, title: title, body: body,
                author: issue.user.flatMap { member($0, &contents) },
                at: try place.moment(issue.created_at, "created_at", until: context.last),
                status: ImportedStatus.status(status, in: &contents), tags: tags))
        contents.claimedVotes[idea] =
            max(0, issue.reactions?.up ?? 0) + max(0, issue.reactions?.down ?? 0)
        contents.leftOut.comments += max(0, issue.comments ?? 0)
        return idea
    }

    /// One person is one member, whatever the repository.
    private static func member(_ user: Issue.User, _ contents: inout ImportedContents) -> Int? {
        contents.member(name: user.login, address: "", of: "github")
    }

    private static func add(
        reactions path: String, of idea: Int, _ context: ImportContext,
        _ contents: inout ImportedContents
    ) throws(ExchangeError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let file = JSONFile(path: path)
        for (index, reaction) in try file.list(Reaction.self).enumerated() {
            let place = JSONFile.Place(file: file.name, row: index + 1)
            let at = try place.moment(reaction.created_at, "created_at", until: context.last)
            // Hearts and rockets are no votes; who deleted their account is nobody.
            let ballot: Ballot? = ["+1": Ballot.agree, "-1": .disagree][reaction.content]
            guard let ballot, let voter = reaction.user.flatMap({ member($0, &contents) }) else {
                continue
            }
            contents.votes.append(.init(idea: idea, voter: voter, at: at, ballot: ballot))
        }
    }
}
