import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.event.ruler.Machine;

/**
 * Reads lines of JSON, {"pattern": {...}, "event": {...}}, and prints for each `true` or `false`, or what is wrong with the
 * pattern: java -cp 'FOLDER/*' Match.java.
 */
public class Match {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    for (String line : new String(System.in.readAllBytes(), "UTF-8").split("\n")) {
      JsonNode input = mapper.readTree(line);
      try {
        Machine machine = new Machine();
        machine.addRule("rule", input.get("pattern").toString());
        System.out.println(machine.rulesForJSONEvent(input.get("event").toString()).contains("rule"));
      } catch (Exception error) {
        System.out.println("invalid: " + error.getMessage().replace('\n', ' '));
      }
    }
  }
}
