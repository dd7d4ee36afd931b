// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.regex.Pattern;

/** What keeps other sites, and names written to attack, from the page. */
final class Guard {
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    private final boolean loopback;

    /** @param loopback the server listens on the loopback interface only */
    Guard(boolean loopback) {
        this.loopback = loopback;
    }

    /**
     * Whether to answer. A page of another site can make its own name point to 127.0.0.1 and then read what is served
     * there (DNS rebinding), but it cannot make the browser send another Host than that name.
     */
    boolean knows(HttpExchange exchange) {
        List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        return !loopback || hosts.size() == 1 && LOOPBACK.matcher(hosts.get(0)).matches();
    }

    static void headers(Headers headers) {
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
                        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }
}
