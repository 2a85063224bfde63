import Foundation
import Testing

struct SubmitTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func printsTheRef() throws {
        let outcome = try folder.succeed("submit", "A bench at the bus stop")
        #expect(outcome.output.wholeMatch(of: /[0-9a-hjkmnp-tv-z]{5}\n/) != nil)
    }

    @Test func reportsAsJSON() throws {
        let result = try folder.succeed("submit", "A bench", "--json").json()
        #expect(result.keys == ["id", "ref", "similar"])
        #expect(result["similar"].isList && result["similar"].items.isEmpty)
        let id = try #require(result["id"].string)
        let ref = try #require(result["ref"].string)
        #expect(id.count == 16 && id.hasPrefix(ref))
    }

    @Test func keepsEverythingThatIsSaid() throws {
        let base = try folder.submit("A bench")
        let outcome = try folder.succeed(
            "submit", "  A bench with a roof ", "--need", "It rains", "--body", "-", "--facet",
            "service", "--facet", "products", "--tag", "Bus", "--tag", "rain", "--builds-on", base,
            "--json", input: Data("First line\nzweite Zeile ä 汉字 🚲\n".utf8))
        let ref = try #require(try outcome.json()["ref"].string)
        let idea = try folder.succeed("show", ref, "--json").json()
        #expect(idea["title"].string == "A bench with a roof")
        #expect(idea["need"].string == "It rains")
        #expect(idea["body"].string == "First line\nzweite Zeile ä 汉字 🚲\n")
        #expect(idea["facets"].strings == ["products", "service"])
        #expect(idea["tags"].strings == ["bus", "rain"])
        #expect(idea["createdBy"].string == "Alice")
        #expect(idea["createdAt"].isTime)
        #expect(idea["source"].isNull)
        let first = try folder.succeed("show", base, "--json").json()
        #expect(idea["buildsOn"].string == first["id"].string)
    }

    @Test func takesTheLongestThatIsAllowed() throws {
        let title = String(repeating: "é", count: 200)
        let ref = try folder.submit(title)
        #expect(try folder.succeed("show", ref, "--json").json()["title"].string == title)
        try folder.succeed("submit", "x", "--need", String(repeating: "n", count: 2_000))
        try folder.succeed(
            "submit", "x", "--body", "-", input: Data(repeating: 0x62, count: 32 * 1_024))
        try folder.verified()
    }

    @Test func refusesWhatIsTooLong() throws {
        try folder.unchanged {
            expectRefusal(
                try folder.run("submit", String(repeating: "é", count: 201)), 65, "200 characters")
            expectRefusal(
                try folder.run("submit", "x", "--need", String(repeating: "n", count: 2_001)), 65,
                "2000 bytes")
            expectRefusal(
                try folder.run(
                    "submit", "x", "--body", "-",
                    input: Data(repeating: 0x62, count: 32 * 1_024 + 1)), 65, "32768 bytes")
            expectRefusal(
                try folder.run("submit", "x", "--tag", String(repeating: "t", count: 101)), 65,
                "tag")
        }
    }

    @Test func refusesAnUnknownFacetOrIdea() throws {
        try folder.unchanged {
            expectRefusal(try folder.run("submit", "x", "--facet", "weather"), 64, "weather")
            expectRefusal(try folder.run("submit", "x", "--builds-on", "zzzzz"), 66, "zzzzz")
            expectRefusal(try folder.run("submit"), 64, "title")
            expectRefusal(try folder.run("submit", "two", "titles"), 64, "titles")
        }
    }

    @Test func whatASpreadsheetWouldRunIsGuarded() throws {
        _ = try folder.submit("=1+1")
        let csv = try folder.succeed("export", "ideas").output
        #expect(csv.contains(",'=1+1,"))
        #expect(try folder.succeed("export", "ideas", "--json").json()[0]["title"].string == "=1+1")
    }
}
