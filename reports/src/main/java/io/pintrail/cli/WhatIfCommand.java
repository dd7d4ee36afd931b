// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.analysis.whatif.Registration;
import io.pintrail.analysis.whatif.WhatIf;
import io.pintrail.report.SafeFile;
import io.pintrail.report.WhatIfCsv;
import io.pintrail.report.WhatIfJson;
import io.pintrail.report.WhatIfText;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pintrail whatif}. */
@Command(
        name = "whatif",
        header = "Says what each pin policy, from 2012 to today, would have made of each registration.",
        description = {
            "%nFor every registration, from the state of its memory before it: what would have been pinned, faulted in,"
                    + " copied, refused and endangered with WRITE|FORCE (2.6 to 6.1), with the proposal of 2012, and"
                    + " with LONGTERM, which unshares (6.2 and later). docs/whatif.md says how it is predicted and"
                    + " checked.%n"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage, or FILE cannot be written"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pintrail whatif host1.ptl                   a table for registrations that are alike",
            "  pintrail whatif --csv whatif.csv host1.ptl  every registration by itself",
            "  pintrail whatif --json host1.ptl | jq '.registrations[].policies.proposal'"
        })
final class WhatIfCommand implements Callable<Integer> {
    @ParentCommand
    private Pintrail pintrail;

    @Parameters(paramLabel = "TRACE", description = "A trace file (.ptl or JSON lines), - for standard input.")
    private String trace;

    @Option(names = "--json", description = "Print JSON instead of tables.")
    private boolean json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write a row for each registration and policy.")
    private Path csv;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = pintrail.terminal();
        TraceInput input = new TraceInput(trace);
        WhatIf whatIf = new WhatIf();
        input.drive(whatIf, terminal);
        input.reportDamage(terminal);
        List<Registration> registrations = whatIf.registrations();
        if (csv != null) {
            try (SafeFile file = SafeFile.create(csv)) {
                WhatIfCsv.write(registrations, file.stream());
                file.commit();
            }
        }
        if (json) {
            WhatIfJson.write(input.name(), registrations, terminal.stdout());
        } else {
            WhatIfText.write(registrations, terminal.out());
        }
        return 0;
    }
}
