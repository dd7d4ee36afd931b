// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.report.OutputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, in one line on standard error, and the exit code that belongs to it. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private static final int INTERNAL = 70; // EX_SOFTWARE of sysexits.h
    private static final int CLOSED_PIPE = 141; // 128 + SIGPIPE, what a C program would be killed with

    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String message = e.getMessage();
        if (e instanceof UnmatchedArgumentException u && !u.getUnmatched().isEmpty()) {
            String name = u.getUnmatched().get(0);
            message = (name.startsWith("-") ? "unknown option " : "unexpected argument ") + name;
        }
        say(message + "; try: " + line.getCommandSpec().qualifiedName() + " --help");
        return Pintrail.BAD_INPUT;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
        return e instanceof ParameterException p ? handleParseException(p, new String[0]) : handle(e);
    }

    int handle(Exception e) {
        Exception cause = e instanceof UncheckedIOException u ? u.getCause() : e;
        if (cause instanceof Terminal.OutputLost lost) {
            return outputLost(lost);
        }
        if (cause instanceof OutputException output) {
            String reason = UserError.reason((IOException) output.getCause());
            String what = output.path() + ": " + reason + "; nothing was written, choose another place or make room";
            return report(e, what, Pintrail.BAD_INPUT);
        }
        if (cause instanceof UserError || cause instanceof IOException) {
            return report(e, cause.getMessage(), Pintrail.BAD_INPUT);
        }
        return internal(e);
    }

    int internal(Throwable e) {
        String kind = e.getClass().getSimpleName();
        String message = "internal error: " + kind + (e.getMessage() == null ? "" : ": " + e.getMessage())
                + "; this is a bug in pintrail, PINTRAIL_DEBUG=1 shows where";
        return report(e, message, INTERNAL);
    }

    private int outputLost(Terminal.OutputLost e) {
        if (e.readerWentAway()) {
            return CLOSED_PIPE;
        }
        return report(
                e,
                "standard output: " + UserError.reason((IOException) e.getCause())
                        + "; free some space or write elsewhere",
                Pintrail.BAD_INPUT);
    }

    int outOfMemory(OutOfMemoryError e) {
        String heap = (Runtime.getRuntime().maxMemory() >> 20) + " MiB";
        return report(
                e,
                "out of memory with a heap of " + heap + "; give it more, such as PINTRAIL_JAVA_OPTS=-Xmx4g",
                Pintrail.BAD_INPUT);
    }

    private int report(Throwable e, String message, int code) {
        say(message);
        if ("1".equals(System.getenv("PINTRAIL_DEBUG"))) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            terminal.err().print(trace);
            terminal.err().flush();
        }
        return code;
    }

    private void say(String message) {
        terminal.err().println("pintrail: " + message.strip().replaceAll("\\p{Cntrl}+", " "));
        terminal.err().flush();
    }
}
