// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import io.pintrail.live.LivePage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Where to serve the live page, as a mixin. */
final class HttpOption {
    private static final Pattern ADDRESS = Pattern.compile("(?:([^:]+|\\[[0-9a-fA-F:.%]+]):)?(\\d{1,5})");
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PORT = 0xffff;

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            description = "Serve a live page of all hosts there, /metrics (OpenMetrics) and /healthz of this instance."
                    + " HOST is 127.0.0.1 unless given; there is no password, so give another one only where whoever"
                    + " reaches it may read. Port 0 is any free one.")
    private String address;

    /** Begins to listen; null if that is not wanted. */
    LivePage open(Terminal terminal) throws UserError {
        if (address == null) {
            return null;
        }
        InetSocketAddress where = parse();
        try {
            LivePage page = new LivePage(where, Version.text().replaceFirst("^pintrail ", ""));
            boolean reachable = !where.getAddress().isLoopbackAddress();
            terminal.err()
                    .println("pintrail: live page at " + page.url()
                            + (reachable ? ", for everybody who can reach this machine" : ""));
            return page;
        } catch (BindException e) {
            throw new UserError("--http " + address + ": " + e.getMessage() + "; choose another address or port");
        } catch (IOException e) {
            throw new UserError("--http " + address + ": " + UserError.reason(e));
        }
    }

    private InetSocketAddress parse() throws UserError {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > MAX_PORT) {
            throw new UserError("--http " + address + ": not an address; give HOST:PORT, such as 127.0.0.1:8080");
        }
        String host = parts.group(1) == null ? LOOPBACK : parts.group(1);
        try {
            return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(parts.group(2)));
        } catch (UnknownHostException e) {
            throw new UserError(
                    "--http " + address + ": no address of the name " + host + "; give one of this machine");
        }
    }
}
