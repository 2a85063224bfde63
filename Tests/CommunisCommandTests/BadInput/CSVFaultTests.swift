import Foundation
import Testing

/// Files for `import csv` that are not as they should be: each is refused whole, with the row.
struct CSVFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: Data
        var parts: [String]

        init(_ name: String, _ text: String, _ parts: String...) {
            testDescription = name
            self.text = Data(text.utf8)
            self.parts = parts
        }
    }

    private static let good = "title,created\nA lamp,2024-01-01\n"
    private static let id = "0123456789abcdef"
    private static let member = "00000000000000000000"
    private static let exported =
        "id,title,status,status_note,created_at,builds_on,hidden,withdrawn\n"
    private static let at = "2024-01-01T00:00:00.000Z"

    static let faults: [Fault] = [
        Fault("an empty file", "", "file.csv is empty"),
        Fault("no title", "a,b\n1,2\n", "row 1", "\"a\", \"b\"", "--map"),
        Fault("two titles", "title,Title\na,b\n", "row 1", "several columns"),
        Fault("a row too short", good + "x\n", "row 3", "1 cells", "2"),
        Fault("a row too long", good + "x,,\n", "row 3", "3 cells"),
        Fault("an unclosed quotation mark", good + "\"x,\n", "row 3", "not closed"),
        Fault("a lone carriage return", good + "x,\ry,", "row 3", "carriage return"),
        Fault("a NUL", good + "x\0,\n", "row 3", "NUL"),
        Fault(
            "a cell of 10 MB", good + String(repeating: "x", count: 10 * 1_024 * 1_024),
            "row 3", "larger than 1 MB"),
        Fault(
            "a million columns", "title" + String(repeating: ",", count: 1_000_000), "row 1",
            "too many columns"),
        Fault("an empty title", good + "\" \u{1B}\",\n", "row 3", "the title is empty"),
        Fault("a title twice", good + "A  lamp,\n", "row 3", "row 2 too"),
        Fault("an id twice", "title,id\na,1\nb,1\n", "row 3", "\"1\" stands in row 2"),
        Fault("no date", good + "x,soon\n", "row 3", "created is \"soon\""),
        Fault("a day that is none", good + "x,2023-02-29\n", "row 3", "2023-02-29"),
        Fault("a date to come", good + "x,2923-02-28\n", "row 3", "future"),
        Fault("a bad number", "title,votes\nx,many\n", "row 2", "votes is \"many\""),
        Fault("a negative number", "title,votes\nx,-4\n", "row 2", "votes is \"-4\""),
        Fault("a facet of nobody", "title,facets\nx,\"hr, fun\"\n", "row 2", "\"fun\""),
        Fault(
            "a need too long", "title,need\nx,\(String(repeating: "n", count: 2_001))\n", "row 2",
            "need is longer than 2000 bytes"),
        Fault(
            "a text too long", "title,body\nx,\(String(repeating: "n", count: 40_000))\n", "row 2",
            "32768 bytes"),
        Fault(
            "a tag too long", "title,tags\nx,\(String(repeating: "n", count: 101))\n", "row 2",
            "tag"),
        Fault(
            "a post that repeats nothing",
            "number,title,description,votes_count,original_number\n1,a,,0,9\n", "row 2", "\"9\""),
        Fault(
            "a vote for no post", "post_id,voter_email,created_at\np,a,2024-01-01\n", "row 2",
            "\"p\""),
        Fault(
            "UserVoice with two titles",
            """
            ideaId,ideaTitle,createdTimestamp,userEmailAddress
            1,a,2024-01-01 00:00:00,
            1,b,2024-01-01 00:00:00,

            """, "row 3", "another title"),
        Fault(
            "our export, no id", exported + "x,a,open,,\(at),,false,false\n", "row 2", "id is \"x\""
        ),
        Fault(
            "our export, an unknown status", exported + "\(id),a,new,,\(at),,false,false\n",
            "row 2", "status is \"new\""),
        Fault(
            "our export, no flag", exported + "\(id),a,open,,\(at),,no,false\n", "row 2",
            "hidden is \"no\""),
        Fault(
            "our export, no time", exported + "\(id),a,open,,,,false,false\n", "row 2",
            "created_at is \"\""),
        Fault(
            "our export, an idea twice",
            exported + String(repeating: "\(id),a,open,,\(at),,false,false\n", count: 2), "row 3",
            "row 2 too"),
        Fault(
            "our votes, a vote that is none", "idea,member,value,at\n\(id),\(member),2,\(at)\n",
            "row 2", "value is \"2\""),
        Fault(
            "our votes, no member", "idea,member,value,at\n\(id),bob,1,\(at)\n", "row 2",
            "member is \"bob\""),
        Fault(
            "our votes, a withdrawn one", "idea,member,value,at\n\(id),\(member),,\(at)\n",
            "row 2", "value is \"\""),
        Fault("our joins, of one idea", "first,second\n\(id),\(id)\n", "row 2", "itself"),
        Fault(
            "our comments, without a text",
            "id,idea,text,created_at,hidden,withdrawn\n\(id),\(id),,\(at),false,false\n", "row 2",
            "empty"),
        Fault("our members, no flag", "id,name,manager\n\(member),Bob,yes\n", "row 2", "manager"),
    ]

    let folder = TestFolder()

    init() throws {
        try folder.makeBoard()
        _ = try folder.submit("An idea of our own")
    }

    @Test(arguments: faults)
    func isRefusedWhole(fault: Fault) throws {
        // A good file goes before it, of which nothing may be left either.
        try folder.write(Self.good, to: "good.csv")
        try folder.write(fault.text, to: "file.csv")
        try folder.unchanged {
            let outcome = try folder.run("import", "csv", "good.csv", "file.csv")
            expectRefusal(outcome, 65, "file.csv")
            for part in fault.parts { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
        }
        #expect(try folder.succeed("export", "ideas", "--json").json().items.count == 1)
        #expect(try folder.succeed("export", "members", "--json").json().items.count == 1)
    }

    @Test func invalidUTF8() throws {
        try folder.write(Data(Self.good.utf8) + [0xFF, 0x2C, 0x0A], to: "file.csv")
        try folder.unchanged {
            expectRefusal(
                try folder.run("import", "csv", "file.csv"), 65, "file.csv, row 3", "UTF-8")
        }
    }

    @Test func formulasAreTextAndGuardedAgain() throws {
        let row = "'=1+1,'@note,\"'+a, 'b\"\n"
        try folder.write("title,body,tags\n\(row)", to: "file.csv")
        try folder.succeed("import", "csv", "file.csv")
        let idea = try folder.succeed("export", "ideas", "--json").json().items.first {
            $0["source"].string != nil
        }
        #expect(idea?["title"].string == "=1+1" && idea?["body"].string == "@note")
        #expect(idea?["tags"].strings == ["'b", "+a"])
        #expect(try folder.succeed("export", "ideas").output.contains(",'=1+1,,'@note,"))
    }
}
