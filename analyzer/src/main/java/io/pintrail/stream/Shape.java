// SPDX-License-Identifier: Apache-2.0
package io.pintrail.stream;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of one class whose objects a {@link StateImage} may hold, those of its superclasses first. */
final class Shape {
    private static final List<String> KEPT = List.of("io.pintrail.", "org.agrona.collections.", "org.HdrHistogram.");

    final Class<?> type;
    final List<Field> fields;
    /** Objects that are compared by identity, by the names of the static fields that hold them. */
    final Map<String, Object> constants = new LinkedHashMap<>();

    private final Constructor<?> maker;

    Shape(Class<?> type) {
        if (KEPT.stream().noneMatch(type.getName()::startsWith) || type.isHidden() || type.isInterface()) {
            throw new StateException(type.getName() + " is not made to be kept");
        }
        this.type = type;
        try {
            fields = fields(type);
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.getType() == type) {
                    field.setAccessible(true);
                    constants.put(field.getName(), field.get(null));
                }
            }
            maker = type.isRecord() ? recordConstructor(type) : bareConstructor(type);
        } catch (ReflectiveOperationException e) {
            throw new StateException(type.getName() + " cannot be kept: " + e.getMessage(), e);
        }
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> all = new ArrayList<>();
        if (type.getSuperclass() != Object.class && type.getSuperclass() != Record.class) {
            all.addAll(fields(type.getSuperclass()));
        }
        if (type.isRecord()) {
            Arrays.stream(type.getRecordComponents()).forEach(c -> {
                try {
                    all.add(type.getDeclaredField(c.getName()));
                } catch (NoSuchFieldException e) {
                    throw new StateException(type.getName() + " has no field " + c.getName(), e);
                }
            });
        } else if (type != Object.class && KEPT.stream().anyMatch(type.getName()::startsWith)) {
            Arrays.stream(type.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .sorted(Comparator.comparing(Field::getName))
                    .forEach(all::add);
        }
        all.forEach(field -> field.setAccessible(true));
        return all;
    }

    private static Constructor<?> recordConstructor(Class<?> type) throws ReflectiveOperationException {
        Class<?>[] parameters = Arrays.stream(type.getRecordComponents())
                .map(component -> component.getType())
                .toArray(Class[]::new);
        Constructor<?> constructor = type.getDeclaredConstructor(parameters);
        constructor.setAccessible(true);
        return constructor;
    }

    /** As Java's own deserialisation makes objects, without running a constructor of theirs. */
    private static Constructor<?> bareConstructor(Class<?> type) throws ReflectiveOperationException {
        Class<?> factoryType = Class.forName("sun.reflect.ReflectionFactory");
        Object factory = factoryType.getMethod("getReflectionFactory").invoke(null);
        return (Constructor<?>) factoryType
                .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                .invoke(factory, type, Object.class.getDeclaredConstructor());
    }

    /** Name and fields: an image of a class that has others now is not read. */
    String signature() {
        StringBuilder text = new StringBuilder(type.getName());
        fields.forEach(field ->
                text.append(' ').append(field.getType().getName()).append(' ').append(field.getName()));
        return text.toString();
    }

    Object make(Object... arguments) {
        try {
            return maker.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new StateException(type.getName() + " does not accept what was kept", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new StateException(type.getName() + " cannot be made", e);
        }
    }
}
