// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of {@code ./pintrail}. */
@Command(
        name = "pintrail",
        header = "Finds RDMA memory regions that pin pages their process no longer sees.",
        description = {
            "%nA trace (.ptl) comes from pintrail-record on the watched host.",
            "Pintrail rebuilds from it, for every page of every memory region, which frame was pinned and which frame"
                    + " the process saw, and says where and since when they differ, because of what, and whether the"
                    + " device used such a page.%n"
        },
        subcommands = {
            AnalyzeCommand.class,
            PagesCommand.class,
            VerifyCommand.class,
            WhatIfCommand.class,
            InfoCommand.class,
            ConvertCommand.class,
            ShipCommand.class,
            WatchCommand.class,
            DemoCommand.class,
            SynthCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing wrong",
            "1:analyze has findings; verify disagrees with the truth",
            "2:bad input or usage, or output that could not be written",
            "70:an error inside pintrail; PINTRAIL_DEBUG=1 shows where"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail analyze --out report/ host1.ptl host2.ptl   write report/report.html",
            "  pintrail pages --at after-store host1.ptl            every page at a mark, as CSV",
            "  pintrail help analyze                                options of a command"
        })
public final class Pintrail implements Runnable {
    static final int WRONG = 1;
    static final int BAD_INPUT = CommandLine.ExitCode.USAGE;
    private static final int USAGE_WIDTH = 96;

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    private Pintrail(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Runs the command line and exits with its code.
     *
     * @param args as typed by the user
     */
    public static void main(String[] args) {
        // AWT draws the charts into memory; without this it looks for a display.
        System.setProperty("java.awt.headless", "true");
        OnSignal.exit(run(args, Terminal.ofProcess()));
    }

    /** Runs the command line against any terminal and returns the exit code. */
    static int run(String[] args, Terminal terminal) {
        CommandLine line = new CommandLine(new Pintrail(terminal));
        Failures failures = new Failures(terminal);
        StringWriter help = new StringWriter(); // picocli itself would print a stack trace where the terminal fails
        line.setOut(new PrintWriter(help));
        line.setErr(terminal.err());
        line.setExecutionExceptionHandler(failures);
        line.setParameterExceptionHandler(failures);
        line.setUsageHelpWidth(USAGE_WIDTH);
        try {
            int code = line.execute(args);
            terminal.out().append(help.toString());
            terminal.flush();
            return code;
        } catch (IOException e) {
            return failures.handle(e);
        } catch (OutOfMemoryError e) {
            return failures.outOfMemory(e);
        } catch (Error e) {
            return failures.internal(e);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }

    Terminal terminal() {
        return terminal;
    }
}
