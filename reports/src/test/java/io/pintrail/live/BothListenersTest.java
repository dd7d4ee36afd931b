// SPDX-License-Identifier: Apache-2.0
package io.pintrail.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.pintrail.stream.WatchListener;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BothListenersTest {
    private final List<String> heard = new ArrayList<>();

    private WatchListener ear(String name) {
        Class<?>[] types = {WatchListener.class};
        return (WatchListener)
                Proxy.newProxyInstance(getClass().getClassLoader(), types, (proxy, method, arguments) -> {
                    heard.add(name + " " + method.getName());
                    return null;
                });
    }

    @Test
    void bothHearAllThereIs() throws ReflectiveOperationException {
        WatchListener both = new BothListeners(ear("first"), ear("second"));
        List<String> expected = new ArrayList<>();
        for (Method method : WatchListener.class.getMethods()) {
            Object[] arguments = new Object[method.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                Class<?> type = method.getParameterTypes()[i];
                arguments[i] = type == long.class ? (Object) 0L : type == boolean.class ? (Object) false : null;
            }
            method.invoke(both, arguments);
            expected.add("first " + method.getName());
            expected.add("second " + method.getName());
        }
        assertThat(heard).isEqualTo(expected).hasSizeGreaterThan(10);
    }
}
