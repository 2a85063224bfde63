import Foundation

/// Makes children believe that it is another time: a small library put in front of the system's
/// clock, compiled where there is a C compiler. Nothing of this machine's own clock is touched.
enum ShiftedClock {
    static let isAvailable: Bool = {
        #if os(Linux)
            return Machine.has("clang")
        #else
            return false
        #endif
    }()

    private static let source = """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static long shift(void) {
            const char *seconds = getenv("CLOCK_SHIFT");
            return seconds ? atol(seconds) : 0;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = syscall(SYS_clock_gettime, clock, time);
            if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
                time->tv_sec += shift();
            return result;
        }

        int gettimeofday(struct timeval *time, void *zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *out) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (out) *out = now.tv_sec;
            return now.tv_sec;
        }

        """

    /// The variables under which a program's clock is so many days off.
    static func variables(days: Int, in folder: TestFolder) throws -> [String: String] {
        let library = folder.path("clock.so")
        if !folder.exists("clock.so") {
            try folder.write(source, to: "clock.c")
            let words = ["-shared", "-fPIC", "-o", library, folder.path("clock.c")]
            let compiler = Machine.find("clang") ?? "clang"
            let outcome = try folder.start(words: [compiler] + words).wait()
            guard outcome.code == 0 else { throw CompilerError(message: outcome.errors) }
        }
        return ["LD_PRELOAD": library, "CLOCK_SHIFT": String(days * 86_400)]
    }

    struct CompilerError: Error {
        var message: String
    }
}
