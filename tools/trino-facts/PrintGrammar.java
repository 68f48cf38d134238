import io.trino.grammar.sql.SqlBaseLexer;
import io.trino.grammar.sql.SqlBaseParser;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.antlr.v4.runtime.Vocabulary;
import org.antlr.v4.runtime.atn.ATNDeserializer;

/** Prints Trino's SQL grammar as JSON: names of rules and tokens, and the state machines that ANTLR made of it. */
public class PrintGrammar {
  public static void main(String[] arguments) {
    Vocabulary tokens = SqlBaseParser.VOCABULARY;
    System.out.println("{");
    print("rules", Arrays.asList(SqlBaseParser.ruleNames));
    print("tokens", range(tokens).mapToObj(tokens::getSymbolicName).collect(Collectors.toList()));
    print("literals", range(tokens).mapToObj(tokens::getLiteralName).collect(Collectors.toList()));
    print("lexerRules", Arrays.asList(SqlBaseLexer.ruleNames));
    print("channels", Arrays.asList(SqlBaseLexer.channelNames));
    print("modes", Arrays.asList(SqlBaseLexer.modeNames));
    System.out.println("  \"lexer\": " + machine(SqlBaseLexer._serializedATN) + ",");
    System.out.println("  \"parser\": " + machine(SqlBaseParser._serializedATN));
    System.out.println("}");
  }

  private static IntStream range(Vocabulary tokens) {
    return IntStream.rangeClosed(0, tokens.getMaxTokenType());
  }

  private static void print(String key, java.util.List<String> names) {
    String list = names.stream().map(PrintGrammar::quoted).collect(Collectors.joining(","));
    System.out.println("  \"" + key + "\": [" + list + "],");
  }

  private static String quoted(String name) {
    return name == null ? "null" : "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String machine(String serialized) {
    return Arrays.toString(ATNDeserializer.decodeIntsEncodedAs16BitWords(serialized.toCharArray())).replace(" ", "");
  }
}
