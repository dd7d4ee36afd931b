// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Bytes of all objects reachable from one, as HotSpot lays them out with compressed references: 12 bytes of header, 16
 * for arrays, rounded up to 8. Counted, not measured, so the same on every machine. Objects of the JDK are closed to
 * reflection: collections count 48 bytes an element, others 64.
 */
final class Footprint {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> left = new ArrayDeque<>();
    private long bytes;

    private Footprint() {}

    static long of(Object root) {
        Footprint footprint = new Footprint();
        footprint.reach(root);
        while (!footprint.left.isEmpty()) {
            footprint.count(footprint.left.pop());
        }
        return footprint.bytes;
    }

    private void reach(Object object) {
        if (object != null && !(object instanceof Class) && !(object instanceof Enum) && seen.add(object)) {
            left.push(object);
        }
    }

    private void count(Object object) {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            array(object, type.getComponentType());
        } else if (object instanceof Map<?, ?> map && isOfJdk(type)) {
            bytes += 48L * map.size() + 64;
            map.keySet().forEach(this::reach);
            map.values().forEach(this::reach);
        } else if (object instanceof Collection<?> all && isOfJdk(type)) {
            bytes += 48L * all.size() + 64;
            all.forEach(this::reach);
        } else if (isOfJdk(type)) {
            bytes += 64 + (object instanceof String s ? 2L * s.length() : 0);
        } else {
            fields(object, type);
        }
    }

    private void array(Object array, Class<?> component) {
        int length = Array.getLength(array);
        bytes += rounded(16 + (long) length * width(component));
        if (!component.isPrimitive()) {
            for (int i = 0; i < length; i++) {
                reach(Array.get(array, i));
            }
        }
    }

    private void fields(Object object, Class<?> type) {
        long size = 12;
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    size += width(field.getType());
                    reachField(object, field);
                }
            }
        }
        bytes += rounded(size);
    }

    private void reachField(Object object, Field field) {
        if (!field.getType().isPrimitive()) {
            try {
                field.setAccessible(true);
                reach(field.get(object));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(field.toString(), e);
            }
        }
    }

    private static boolean isOfJdk(Class<?> type) {
        return type.getName().startsWith("java.") || type.getName().startsWith("jdk.") || type.isHidden();
    }

    private static long rounded(long size) {
        return size + 7 & ~7L;
    }

    private static int width(Class<?> type) {
        if (type == long.class || type == double.class) {
            return 8;
        }
        if (type == short.class || type == char.class) {
            return 2;
        }
        return type == byte.class || type == boolean.class ? 1 : 4;
    }
}
