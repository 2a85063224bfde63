import CommunisCore
import CommunisTestSupport
import Testing

struct RightsTests {
    private let author: NodeID = filled(1)
    private let other: NodeID = filled(2)
    private let idea: IdeaID = filled(1)
    private let member: MemberID = filled(1)

    private var pair: IdeaPair { IdeaPair(filled(1), filled(2))! }

    @Test(
        "Contributors' nodes write votes, ideas, comments, joins, names and their own node's name")
    func contributors() {
        let revision = Revision(id: filled(1), idea: idea, field: .body, text: "", heads: [])
        let contents: [ChangeContent] = [
            .vote(idea, Vote(.agree)), .revision(revision), .ideaField(idea, .buildsOn(nil)),
            .ideaField(idea, .source("s")), .ideaField(idea, .withdrawn(true)),
            .label(idea, Label(.facet, "commerce"), isOn: true),
            .comment(filled(1), .text(idea: idea, "t")), .comment(filled(1), .withdrawn(true)),
            .sameAs(pair, isOn: true), .carry(pair, .objects), .member(member, .name("n")),
            .nodeName(author, "n"), .idea(idea),
        ]
        for content in contents {
            #expect(content.requiredRole(of: author) == .contributor, "\(content)")
        }
    }

    @Test("All else is for stewards' nodes, a node's own role among it")
    func stewards() {
        let contents: [ChangeContent] = [
            .member(member, .rights(manage: false)), .status(idea, .shipped, note: ""),
            .hidden(.idea(idea), isOn: true, reason: ""),
            .hidden(.comment(filled(1)), isOn: false, reason: ""),
            .board(setting: "name", value: "x"), .erase(filled(1), slot: 0),
            .nodeName(other, "n"), .node(author, .role(.contributor, heads: [])),
            .node(other, .role(.none, heads: [])), .node(author, .proves(true)),
            .node(author, .clock(offset: 0)), .node(author, .disavowed(false)),
        ]
        for content in contents {
            #expect(content.requiredRole(of: author) == .steward, "\(content)")
        }
    }

    @Test("Only the founder makes stewards")
    func stewardship() {
        for role in [Role.steward, .founder] {
            let content = ChangeContent.node(other, .role(role, heads: []))
            #expect(content.requiredRole(of: author) == .founder)
        }
    }

    @Test("Roles rise from none to founder")
    func roles() {
        let rising: [Role] = [.none, .reader, .contributor, .steward, .founder]
        #expect(Role.allCases == rising)
        #expect(rising.sorted() == rising)
        #expect(rising.map(\.rawValue) == [1, 2, 3, 4, 5])
    }
}
